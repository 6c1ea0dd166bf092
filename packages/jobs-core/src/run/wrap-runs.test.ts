import { expect, it } from 'vitest';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import { defineJob } from '../job/define-job.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { wrapRuns } from './wrap-runs.ts';

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
  const end = wrapRuns(queue, note('added'));
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
  const end = wrapRuns(queue, note('added'));
  await clock.advance(100);
  expect(seen.splice(0)).toEqual(['outer', 'inner', 'handler']);
  await queue.enqueue(job);
  await clock.advance(5);
  end();
  await clock.advance(100);
  expect(seen).toEqual(['added', 'outer', 'inner', 'handler']);
});
