import { expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { internalsOf } from './queue-internals.ts';

it('wraps the runs of a queue outside its own middleware, until that is ended', async () => {
  const seen: string[] = [];
  const note =
    (name: string): Middleware =>
    (_payload, _ctx, next) => {
      seen.push(name);
      return next();
    };
  const job = defineJob({ name: 'job', handler: () => 'done', middleware: note('job') });
  const { queue } = testQueue({ jobs: [job], middleware: note('queue') });
  const end = internalsOf(queue).wrapRuns(note('added'));
  await queue.process();
  await queue.enqueue(job);
  await settle();
  expect(seen).toEqual(['added', 'queue', 'job']);
  end();
  await queue.enqueue(job);
  await settle();
  expect(seen.slice(3)).toEqual(['queue', 'job']);
});

it('leaves the runs under way as they are, when it begins and when it ends', async () => {
  const seen: string[] = [];
  const note =
    (name: string): Middleware =>
    async (_payload, ctx, next) => {
      seen.push(name);
      await ctx.sleep(10);
      return next();
    };
  const job = defineJob({ name: 'job', handler: () => seen.push('handler') });
  const { queue, clock } = testQueue({ jobs: [job], middleware: [note('outer'), note('inner')] });
  await queue.process();
  await queue.enqueue(job);
  await clock.advance(5);
  const end = internalsOf(queue).wrapRuns(note('added'));
  await clock.advance(100);
  expect(seen.splice(0)).toEqual(['outer', 'inner', 'handler']);
  await queue.enqueue(job);
  await clock.advance(5);
  end();
  await clock.advance(100);
  expect(seen).toEqual(['added', 'outer', 'inner', 'handler']);
});

it('calls back when a queue closes, before its backend does, unless that is cancelled', async () => {
  const { queue, backend } = testQueue();
  const seen: string[] = [];
  internalsOf(queue).whenClosed(() =>
    seen.push(backend.calls.includes('close') ? 'late' : 'closed'),
  );
  internalsOf(queue).whenClosed(() => seen.push('cancelled'))();
  await queue.getStats();
  expect(seen).toEqual([]);
  await Promise.all([queue.close(), queue.close()]);
  expect(seen).toEqual(['closed']);
  internalsOf(queue).whenClosed(() => seen.push('at once'));
  expect(seen).toEqual(['closed', 'at once']);
});

it('waits at its close for what a callback has to end', async () => {
  const { queue, backend } = testQueue();
  let end = (): void => undefined;
  internalsOf(queue).whenClosed(() => new Promise<void>((resolve) => (end = resolve)));
  const closing = queue.close();
  await settle();
  expect(backend.calls).not.toContain('close');
  end();
  await closing;
  expect(backend.calls).toContain('close');
});

it('finds the same by the backend of a queue, and refuses what is no queue', () => {
  const { queue, backend } = testQueue();
  expect(internalsOf(queue.backend)).toBe(internalsOf(queue));
  expect(refusalOf(() => internalsOf(backend))?.code).toBe('JOBS_INVALID_ARGUMENT');
});

it('finds them through a proxy of a queue', () => {
  const { queue } = testQueue();
  expect(internalsOf(new Proxy(queue, {}))).toBe(internalsOf(queue));
});
