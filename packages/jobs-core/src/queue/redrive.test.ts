import { describe, expect, it, vi } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { lettersQueues } from '../../test/letters-queues.ts';
import { testQueue } from '../../test/test-queue.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import type { JobPage } from '../contract/backend.ts';
import type { Codec } from '../job/codec.ts';
import { defineJob } from '../job/define-job.ts';
import { deadLetters } from './dead-letters.ts';
import type { RedriveProgress } from './redrive-options.ts';
import { PAYLOAD_FROM } from './step-item.ts';

describe('a redrive', () => {
  it('puts the jobs back, oldest first, with what they had, and removes the letters', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    for (const cents of [1, 2, 3]) await letter(cents, { tags: ['shop'], timeoutMs: 5000 });
    await payments.process();
    const done = deadLetters(dead).redrive({}, { to: payments });
    await clock.advance(1000);
    expect(await done).toEqual({ redriven: 3, completed: 3, failed: 0, left: 0 });
    const job = await payments.getJob('re_letter-1');
    expect(job).toMatchObject({ payload: { cents: 1 }, priority: 2, tags: ['shop'] });
    expect(job?.metadata).toEqual({ of: 'shop', redrivenFrom: 'job-1' });
    expect((await dead.getStats()).total).toBe(0);
  });

  it('tries a few first, and stops when too many of them fail again', async () => {
    const { clock, bad, payments, dead, letter } = lettersQueues();
    for (let cents = 1; cents <= 9; cents++) await letter(cents);
    for (const cents of [1, 2]) bad.add(cents);
    await payments.process();
    const options = { to: [payments], canary: 4, stopAbove: 0.4 };
    const done = deadLetters(dead).redrive({}, options);
    await clock.advance(1000);
    expect(await done).toEqual({
      ...{ redriven: 4, completed: 2, failed: 2, left: 5 },
      stopped: 'failures',
    });
  });

  it('tells how far it is, also while the first ones run', async () => {
    const { clock, bad, payments, dead, letter } = lettersQueues();
    for (let cents = 1; cents <= 4; cents++) await letter(cents);
    bad.add(2);
    const told: RedriveProgress[] = [];
    const onProgress = (progress: RedriveProgress): unknown => told.push(progress);
    const options = { to: payments, canary: 2, stopAbove: 1, onProgress };
    const done = deadLetters(dead).redrive({}, options);
    await clock.advance(1000);
    const before = { matched: 4, completed: 0, failed: 0 };
    expect(told).toEqual([0, 1, 2].map((tried) => ({ ...before, tried, redriven: tried })));
    await payments.process();
    await clock.advance(1000);
    expect(await done).toMatchObject({ redriven: 4, failed: 1 });
    expect(told[3]).toEqual({ ...before, tried: 2, redriven: 2, completed: 1, failed: 1 });
    expect(told.at(-1)).toMatchObject({ tried: 4, redriven: 4, failed: 1 });
  });

  it('gives a job the place back that it was given, where the backend has orders', async () => {
    const { dead, payments, letter } = lettersQueues();
    await letter(1, { order: { fairKey: 'shop-1' } });
    const redriving = deadLetters(dead).redrive({}, { to: payments });
    await expect(redriving).rejects.toMatchObject({ code: 'JOBS_NOT_SUPPORTED' });
  });

  it('goes on at a number a minute, and repairs payloads', async () => {
    const { clock, bad, payments, dead, letter } = lettersQueues();
    for (let cents = 1; cents <= 5; cents++) await letter(cents);
    for (let cents = 1; cents <= 5; cents++) bad.add(cents);
    await payments.process();
    const repair = (payload: unknown) => ({ cents: (payload as { cents: number }).cents + 100 });
    const options = { to: payments, canary: 1, perMinute: 60, repair };
    const startedAt = clock.now();
    let endedAt = 0;
    const done = deadLetters(dead).redrive({}, options);
    void done.then(() => {
      endedAt = clock.now();
    });
    await clock.advance(20_000);
    expect(await done).toMatchObject({ redriven: 5, failed: 0, left: 0 });
    expect(endedAt - startedAt).toBeGreaterThanOrEqual(3000);
    expect((await payments.getJob('re_letter-5'))?.payload).toEqual({ cents: 105 });
  });

  it('puts no job back whose letter was removed meanwhile', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    for (const cents of [1, 2, 3, 4]) await letter(cents);
    await payments.process();
    const redriven: unknown[] = [];
    const repair = async (payload: unknown) => {
      redriven.push(payload);
      if (redriven.length === 1) await dead.removeJob('letter-3');
      return payload;
    };
    const done = deadLetters(dead).redrive({}, { to: payments, canary: 1, repair });
    await clock.advance(1000);
    expect(await done).toMatchObject({ redriven: 3, left: 0 });
    expect(redriven).toEqual([{ cents: 1 }, { cents: 2 }, { cents: 4 }]);
  });

  it('runs each job once where two redrive it, also if completed jobs are not kept', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    const runs: number[] = [];
    const refund = defineJob({
      name: 'refund',
      removeOnComplete: true,
      handler: async ({ cents }: { cents: number }) => void runs.push(cents),
    });
    payments.register(refund);
    for (const cents of [1, 2, 3, 4]) await letter(cents, { name: 'refund' });
    await payments.process();
    const letters = deadLetters(dead);
    const slow = letters.redrive({}, { to: payments, canary: 1, perMinute: 60 });
    await clock.advance(500);
    const fast = letters.redrive({}, { to: payments });
    await clock.advance(10_000);
    const [a, b] = await Promise.all([slow, fast]);
    expect(runs).toEqual([1, 2, 3, 4]);
    expect([a.redriven + b.redriven, a.left, b.left]).toEqual([4, 0, 0]);
  });

  it('puts nothing back any more once it is aborted in the pause between two', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    for (let cents = 1; cents <= 5; cents++) await letter(cents);
    await payments.process();
    const controller = new AbortController();
    const options = { to: payments, canary: 1, perMinute: 1, signal: controller.signal };
    const aborted = deadLetters(dead).redrive({}, options);
    // Not even the first of the others goes together with the canary.
    await clock.advance(50_000);
    expect((await dead.getStats()).total).toBe(4);
    await clock.advance(20_000);
    expect((await dead.getStats()).total).toBe(3);
    controller.abort();
    await clock.advance(1000);
    expect(await aborted).toMatchObject({ redriven: 2, left: 3, stopped: 'aborted' });
  });

  it('looks a few times at each of the jobs that run for long', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    const gate = defineJob({
      name: 'gate',
      attempts: 1,
      handler: async ({ cents }: { cents: number }, ctx) => {
        if (cents > 1) await ctx.sleep(3_600_000);
      },
    });
    payments.register(gate);
    for (let cents = 1; cents <= 500; cents++) await letter(cents, { name: 'gate' });
    await payments.process();
    const looks = vi.spyOn(payments, 'getJob');
    const options = { to: payments, canary: 1, perMinute: 6000 };
    const done = deadLetters(dead).redrive({}, options);
    await clock.advance(60_000);
    expect(await done).toMatchObject({ redriven: 500, completed: 1, failed: 0 });
    expect(looks.mock.calls.length).toBeLessThan(500 * 5);
  });

  it('reads a letter when it is its turn, since it holds none of many', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    for (const cents of [1, 2, 3]) await letter(cents);
    await payments.process();
    const repair = async (payload: unknown) => {
      if ((payload as { cents: number }).cents !== 1) return payload;
      await dead.removeJob('letter-3');
      await letter(3, { payload: { cents: 30 } });
      return payload;
    };
    const done = deadLetters(dead).redrive({}, { to: payments, repair });
    await clock.advance(1000);
    expect(await done).toMatchObject({ redriven: 3, completed: 3 });
    expect((await payments.getJob('re_letter-3'))?.payload).toEqual({ cents: 30 });
  });

  it('reads few letters again to count the jobs that are not kept', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    const refund = defineJob({
      name: 'refund',
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
      handler: async ({ cents }: { cents: number }, { jobId }) => {
        if (cents % 2 === 1) return;
        await letter(jobs + cents, { name: 'refund', jobId, failedAt: clock.now() });
        throw new Error('declined');
      },
    });
    payments.register(refund);
    const jobs = 1500;
    for (let cents = 1; cents <= jobs; cents++) await letter(cents, { name: 'refund' });
    await payments.process();
    const list = vi.spyOn(dead.backend, 'list');
    const options = { to: payments, stopAbove: 1, perMinute: 60_000 };
    const done = deadLetters(dead).redrive({}, options);
    await clock.advance(60_000);
    expect(await done).toMatchObject({ redriven: jobs, completed: 750, failed: 750 });
    const pages = await Promise.all(
      list.mock.results.map(({ value }) => value as Promise<JobPage>),
    );
    const read = pages.reduce((sum, page) => sum + page.jobs.length, 0);
    // Twice to find them, and from then on few for every fifty.
    expect(read).toBeLessThan(2 * jobs + 300 * (jobs / 50 + 10));
  });

  it('counts those that have ended by its own end', async () => {
    const { clock, bad, payments, dead, letter } = lettersQueues();
    for (let cents = 1; cents <= 4; cents++) await letter(cents);
    bad.add(2);
    await payments.process();
    // The last pause gives the others time to end.
    const repair = async (payload: unknown) => {
      if ((payload as { cents: number }).cents === 4) await abortableDelay(clock, 1000);
      return payload;
    };
    const done = deadLetters(dead).redrive({}, { to: payments, canary: 1, stopAbove: 1, repair });
    await clock.advance(5000);
    expect(await done).toMatchObject({ redriven: 4, completed: 3, failed: 1 });
  });

  it('keeps a letter as long as another job holds the deduplication key of its job', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    const refund = defineJob({
      name: 'refund',
      deduplicate: ({ cents }: { cents: number }) => `${cents}`,
      handler: async ({ cents }: { cents: number }) => cents,
    });
    payments.register(refund);
    for (const cents of [1, 2]) await letter(cents, { name: 'refund' });
    const holder = await payments.enqueue(refund, { cents: 1 });
    const options = { to: payments, timeout: 1000 };
    const held = deadLetters(dead).redrive({}, options);
    await clock.advance(2000);
    expect(await held).toMatchObject({ redriven: 1, completed: 0, left: 1 });
    await payments.process();
    await payments.waitFor(holder);
    const free = deadLetters(dead).redrive({}, options);
    await clock.advance(2000);
    expect(await free).toEqual({ redriven: 1, completed: 1, failed: 0, left: 0 });
  });

  it('reads a payload with the codec of the queue that its job is of', async () => {
    const { clock, dead, letter } = lettersQueues();
    const codec: Codec = {
      encode: (value) => ({ wrapped: value as number }),
      decode: (value) => (value as { wrapped: unknown }).wrapped,
    };
    const seen: unknown[] = [];
    const charge = defineJob({
      name: 'charge',
      handler: async (payload) => void seen.push(payload),
    });
    const coded = testQueue({ name: 'payments', jobs: [charge], codec, clock }).queue;
    await coded.process();
    await letter(1, { payload: { wrapped: { cents: 1 } } });
    const done = deadLetters(dead).redrive({}, { to: coded });
    await clock.advance(1000);
    expect(await done).toMatchObject({ completed: 1 });
    expect(seen).toEqual([{ cents: 1 }]);
  });

  it('refuses a payload of a version that is newer than what this process knows', async () => {
    const { payments, dead, letter } = lettersQueues();
    await letter(1, { version: 2 });
    const refused = deadLetters(dead).redrive({}, { to: payments });
    await expect(refused).rejects.toMatchObject({
      code: 'JOBS_MIGRATION_FAILED',
      details: { letter: 'letter-1' },
    });
    expect([(await dead.getStats()).total, (await payments.getStats()).total]).toEqual([1, 0]);
  });

  it('names the letter whose payload does not fit its job any more', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    const migrated = defineJob({
      name: 'charge',
      version: 2,
      migrate: { 1: (payload) => (payload as { cents: { of: number } }).cents.of },
      handler: async (of: number) => of,
    });
    const other = testQueue({ name: 'payments', jobs: [migrated], clock }).queue;
    await letter(1, { payload: { cents: { of: 1 } } });
    await letter(2, { payload: {} });
    await other.process();
    const refused = expect(deadLetters(dead).redrive({}, { to: other })).rejects.toMatchObject({
      code: 'JOBS_MIGRATION_FAILED',
      message: expect.stringContaining('letter-2'),
      details: { letter: 'letter-2' },
    });
    await clock.advance(1000);
    await refused;
    const repair = () => ({ cents: 5n });
    const large = deadLetters(dead).redrive({}, { to: payments, repair });
    await expect(large).rejects.toMatchObject({
      code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE',
      details: { letter: 'letter-2' },
    });
  });

  it('refuses a step of a chain whose payload is not whole, unless it is repaired', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    await letter(1, { metadata: { [PAYLOAD_FROM]: 'before' } });
    await payments.process();
    const refused = deadLetters(dead).redrive({}, { to: payments });
    await expect(refused).rejects.toMatchObject({ details: { field: 'repair' } });
    const repair = (payload: unknown) => payload;
    const done = deadLetters(dead).redrive({}, { to: payments, repair });
    await clock.advance(1000);
    expect(await done).toMatchObject({ completed: 1, left: 0 });
    expect((await payments.getJob('re_letter-1'))?.metadata).toEqual({ redrivenFrom: 'job-1' });
  });

  it('stops when nothing runs the canary in time, and when it is aborted', async () => {
    const { clock, payments, dead, letter } = lettersQueues();
    for (const cents of [1, 2, 3]) await letter(cents);
    const late = deadLetters(dead).redrive({}, { to: payments, canary: 1, timeout: 1000 });
    await clock.advance(2000);
    expect(await late).toMatchObject({ redriven: 1, left: 2, stopped: 'timeout' });
    const controller = new AbortController();
    const { signal } = controller;
    const aborted = deadLetters(dead).redrive({}, { to: payments, canary: 1, signal });
    await clock.advance(100);
    controller.abort();
    await clock.advance(1000);
    expect(await aborted).toMatchObject({ redriven: 1, left: 1, stopped: 'aborted' });
    const none = deadLetters(dead).redrive({}, { to: payments, signal });
    expect(await none).toMatchObject({ redriven: 0, left: 1, stopped: 'aborted' });
  });

  it('needs a queue', () => {
    for (const queue of [undefined, null, 'dead', {}] as never[]) {
      expect(refusalOf(() => deadLetters(queue))).toEqual({
        code: 'JOBS_INVALID_ARGUMENT',
        field: 'queue',
      });
    }
  });

  it('refuses queues and jobs that are not known, and options that are wrong', async () => {
    const { payments, dead, letter } = lettersQueues();
    await letter(1);
    const letters = deadLetters(dead);
    await expect(letters.redrive()).rejects.toMatchObject({ details: { queue: 'payments' } });
    await letter(2, { name: 'gone' });
    const gone = letters.redrive({ name: 'gone' }, { to: payments });
    await expect(gone).rejects.toMatchObject({ code: 'JOBS_UNKNOWN_JOB' });
    for (const options of [
      { canary: 0 },
      { stopAbove: 2 },
      { perMinute: 0 },
      { timeout: 0 },
      { repair: 'x' },
      { onProgress: 1 },
      { signal: 1 },
      { sinal: 1 },
      { to: null },
      { to: [5] },
    ]) {
      const refused = letters.redrive({}, { to: payments, ...options } as never);
      await expect(refused).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    }
  });
});
