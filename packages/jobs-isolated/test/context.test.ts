import { createTestClock } from '@philjs/jobs-testkit';
import { describe, expect, it } from 'vitest';
import { acting } from './acting.ts';
import { ended, working } from './isolating.ts';

/** A busy machine takes seconds to start a process. */
const PATIENT = { realTimeout: 60_000 };

describe.each(['thread', 'process'] as const)('in a %s, a handler', (place) => {
  const job = acting({ in: place });

  it('gets its payload, returns its result, and runs elsewhere', async () => {
    const queue = await working(job);
    expect((await ended(queue, job, { do: 'double', with: 21 })).result).toBe(42);
    const { result } = await ended(queue, job, { do: 'where' });
    expect((result as { pid: number }).pid === process.pid).toBe(place === 'thread');
  });

  it('knows the facts of its run', async () => {
    const queue = await working(job);
    const payload = { do: 'facts', with: [1, { a: null }] };
    const { id } = await queue.enqueue(job, payload, { metadata: { of: 'ada' } });
    expect(await queue.waitFor(id)).toEqual({
      ...{ jobId: id, name: 'act', queueName: queue.name, payload, metadata: { of: 'ada' } },
      ...{ attempt: 1, attemptsMade: 0, maxAttempts: 1, fencingToken: expect.any(Number) },
      ...{ timestamp: expect.any(Number), progress: undefined, ended: false, aborted: false },
    });
  });

  it('reports progress and writes its log', async () => {
    const queue = await working(job);
    const done = await ended(queue, job, { do: 'report' });
    expect(done).toMatchObject({ status: 'completed', progress: { page: 1 } });
    const { lines } = await queue.getLogs(done.id);
    expect(lines.map(({ message }) => message)).toEqual([
      'page 1 of { all: 2 } [Function (anonymous)]',
      'last',
    ]);
    expect((await ended(queue, job, { do: 'progressed' })).result).toBe(40);
  });

  it('gets the errors of what it calls', async () => {
    const queue = await working(job);
    expect((await ended(queue, job, { do: 'refusedProgress' })).result).toEqual({ isOurs: true });
    const { error } = await ended(queue, job, { do: 'unclonedProgress' });
    expect(error).toMatchObject({ code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE' });
    expect(error?.message).toContain('ctx.updateProgress');
  });

  it('sleeps by the clock of the queue, which stands still while it works', async () => {
    const clock = createTestClock();
    const queue = await working(job, { clock });
    // The second one comes to a thread or process that was there before.
    for (const day of [1, 2]) {
      const { id } = await queue.enqueue(job, { do: 'sleep', with: 86_400_000 });
      await clock.advance(86_399_999, PATIENT);
      expect((await queue.getJob(id))?.status, `day ${day}`).toBe('active');
      // It wakes at that moment, and returns before the next one.
      await clock.advance(2, PATIENT);
      expect((await queue.getJob(id))?.result).toBe('slept');
      const busy = await queue.enqueue(job, { do: 'burn', with: 300 }, { timeout: 60_000 });
      await clock.advance(86_400_000, PATIENT);
      expect((await queue.getJob(busy.id))?.result).toBe('burnt');
    }
    // Time stands still for as many real milliseconds as the attempt may take, and then it times out.
    const { id } = await queue.enqueue(job, { do: 'loop' }, { timeout: 200 });
    await clock.advance(86_400_000, PATIENT);
    expect((await queue.getJob(id))?.error?.code).toBe('JOBS_TIMEOUT');
  });

  it('snoozes, fails for good, and takes a rate limit as any handler does', async () => {
    const clock = createTestClock();
    const often = acting({ in: place }, { attempts: 3 });
    const queue = await working(often, { clock });
    const snoozed = await queue.enqueue(often, { do: 'snooze' });
    await clock.advance(59_999, PATIENT);
    expect(await queue.getJob(snoozed.id)).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    await clock.advance(2, PATIENT);
    expect((await queue.getJob(snoozed.id))?.result).toBe('ran');
    for (const act of ['fail', 'swallow']) {
      const { id } = await queue.enqueue(often, { do: act });
      await clock.advance(1, PATIENT);
      expect(await queue.getJob(id)).toMatchObject({
        status: 'failed',
        attemptsMade: 1,
        error: { name: 'RangeError', message: 'not again' },
      });
    }
    const { id } = await queue.enqueue(often, { do: 'rate' });
    await clock.advance(1, PATIENT);
    expect((await queue.getJob(id))?.status).toBe('completed');
    const late = await queue.enqueue(often, { do: 'rate' });
    await clock.advance(1, PATIENT);
    expect(await queue.getJob(late.id)).toMatchObject({ status: 'delayed', attemptsMade: 0 });
    await clock.advance(60_000, PATIENT);
    expect((await queue.getJob(late.id))?.status).toBe('completed');
  });

  it('is told what of ctx does not cross', async () => {
    const queue = await working(job);
    const { error } = await ended(queue, job, { do: 'queue' });
    expect(error).toMatchObject({ code: 'JOBS_NOT_SUPPORTED', details: { field: 'queue' } });
  });

  it('hears of a cancellation, and ends as it likes', async () => {
    const queue = await working(job);
    for (const act of ['untilAborted', 'sleepToEnd']) {
      const { id } = await queue.enqueue(job, { do: act });
      await expect.poll(async () => (await queue.getJob(id))?.status).toBe('active');
      await queue.cancelJob(id, { reason: 'enough' });
      await queue.waitFor(id).catch(() => undefined);
      expect(await queue.getJob(id)).toMatchObject({
        status: 'cancelled',
        error: { code: 'JOBS_CANCELLED', message: expect.stringContaining('enough') },
      });
    }
  });

  it('may send messages of its own', async () => {
    const queue = await working(job);
    expect((await ended(queue, job, { do: 'ownMessage' })).result).toBe('sent');
  });
});
