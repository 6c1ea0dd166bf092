import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { refusalOf, rejectionOf } from '../../test/code-of.ts';
import { settle } from '../../test/test-clock.ts';
import { testQueue } from '../../test/test-queue.ts';
import type { Job } from '../queue/job.ts';
import { declareJob } from './declare-job.ts';
import type { JobInput, JobResult } from './job-definition.ts';

const sendEmail = declareJob<{ to: string }, { sent: string }, 'send-email'>({
  name: 'send-email',
  attempts: 7,
  priority: 3,
  deduplicate: ({ to }) => to,
});
const resize = declareJob({
  name: 'resize',
  schema: z.object({ width: z.number().int() }),
  version: 2,
});

describe('a job that is only declared', () => {
  it('is enqueued with all its options, by itself and by name', async () => {
    const { queue, backend } = testQueue({ jobs: [sendEmail] });
    const first = await queue.enqueue(sendEmail, { to: 'ada' });
    const second = await queue.enqueue('send-email', { to: 'ada' });
    expect(second.id).toBe(first.id);
    const { record } = backend.store.jobs.get(first.id)!;
    expect(record).toMatchObject({
      maxAttempts: 7,
      priority: 3,
      deduplicationKey: '10:send-email:ada',
    });
    const refused = queue.enqueue(resize, { width: 1.5 });
    expect((await rejectionOf(refused))?.code).toBe('JOBS_INVALID_PAYLOAD');
    expect((await queue.enqueue(resize, { width: 1 })).version).toBe(2);
  });

  it('is left to workers that know its handler', async () => {
    const { queue, clock, backend } = testQueue({ jobs: [sendEmail] });
    const { id } = await queue.enqueue(sendEmail, { to: 'ada' });
    await queue.process();
    await settle();
    expect((await queue.getWorkers())[0]?.jobs).toEqual({});
    expect(await queue.getJob(id)).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    const handled = sendEmail.handle(async ({ to }) => ({ sent: to }));
    const other = testQueue({ backend, clock, jobs: [handled] });
    await other.queue.process();
    await clock.advance(60_000);
    expect(await queue.getJob(id)).toMatchObject({
      status: 'completed',
      result: { sent: 'ada' },
      attemptsMade: 1,
    });
  });

  it('and its handled half may be known to one queue, in whatever order', async () => {
    const handled = sendEmail.handle(({ to }) => ({ sent: to }), { timeout: 50 });
    for (const jobs of [
      [sendEmail, handled],
      [handled, sendEmail],
    ]) {
      const { queue } = testQueue({ jobs });
      expect(queue.getDefinition('send-email')).toBe(handled);
      await queue.process();
      const job = await queue.enqueue(sendEmail, { to: 'ada' });
      expect(await queue.waitFor(job)).toEqual({ sent: 'ada' });
    }
    const apart = declareJob<string>({ name: 'send-email' });
    for (const jobs of [
      [sendEmail, apart],
      [handled, apart],
      [sendEmail, apart.handle(() => 1)],
      [handled, sendEmail.handle(() => ({ sent: '' }))],
    ]) {
      expect(refusalOf(() => testQueue({ jobs }))?.field).toBe('jobs');
    }
  });

  it('takes hooks and middleware where its handler is added, and refuses the rest', async () => {
    const seen: string[] = [];
    const handled = sendEmail.handle(({ to }) => ({ sent: to }), {
      onComplete: (result) => seen.push(result.sent),
      middleware: (_payload, ctx, next) => {
        seen.push(ctx.name);
        return next();
      },
    });
    const { queue } = testQueue({ jobs: [handled] });
    await queue.process();
    await queue.enqueue(handled, { to: 'ada' });
    await settle();
    expect(seen).toEqual(['send-email', 'ada']);
    const handle = () => ({ sent: '' });
    expect(refusalOf(() => sendEmail.handle(handle, { attempts: 3 } as never))?.field).toBe(
      'handle.attempts',
    );
    expect(refusalOf(() => sendEmail.handle('x' as never))?.field).toBe('handler');
    expect(refusalOf(() => declareJob<string>({ name: '' }))?.field).toBe('name');
    expect(refusalOf(() => sendEmail.handler({ to: 'ada' }, {} as never))?.field).toBe('handler');
  });

  it('types payload, result and name', () => {
    expectTypeOf<JobInput<typeof sendEmail>>().toEqualTypeOf<{ to: string }>();
    expectTypeOf<JobResult<typeof sendEmail>>().toEqualTypeOf<{ sent: string }>();
    expectTypeOf(sendEmail.name).toEqualTypeOf<'send-email'>();
    expectTypeOf<JobInput<typeof resize>>().toEqualTypeOf<{ width: number }>();
    expectTypeOf(resize.name).toEqualTypeOf<'resize'>();
    const { queue } = testQueue({ jobs: [sendEmail, resize] });
    expectTypeOf(queue.enqueue<typeof sendEmail>).returns.resolves.toEqualTypeOf<
      Job<{ to: string }, { sent: string }>
    >();
    const handled = resize.handle(({ width }) => `${width} px`);
    expectTypeOf<JobResult<typeof handled>>().toEqualTypeOf<string>();
    expectTypeOf<JobInput<typeof handled>>().toEqualTypeOf<{ width: number }>();
    // @ts-expect-error the handler returns another result than was declared
    sendEmail.handle(() => ({ delivered: true }));
    // @ts-expect-error JSON carries no Date
    declareJob<{ at: Date }>({ name: 'dated' });
  });
});

it('keeps what it declared where an option of its handler is undefined', () => {
  const declared = declareJob<number>({ name: 'lasting', timeout: 5000 });
  const handled = declared.handle(() => undefined, { timeout: undefined, backoff: undefined });
  expect(handled.options.timeout).toBe(5000);
});
