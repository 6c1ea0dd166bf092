import { defineJob } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { describe, expect } from 'vitest';
import { Scheduler } from '../../src/index.ts';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, T0 } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;
const lastTick = async (bed: TestBed): Promise<string | undefined> => (await bed.ledger()).at(-1);

/** Which runs a tick meets. */
export function seeingRuns(kind: BedKind): void {
  const test = withBed(kind);

  describe('a tick that may not overlap', () => {
    test('sees a long run, however many others came since', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(MINUTE);
      await bed.started(1);
      bed.work.mode = 'pass';
      for (let n = 0; n < 30; n++) await bed.scheduler.trigger('work');
      await bed.until('they ran', () => bed.work.ended.length === 30);
      await bed.advance(MINUTE);
      expect(await lastTick(bed)).toBe('2 skipped overlap');
      expect(bed.work.started.filter(({ minute }) => minute === 2)).toEqual([]);
    });

    test('sees a failed run of long ago that was put back by hand', async (bed) => {
      bed.work.mode = 'fail';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.idle();
      bed.work.mode = 'pass';
      for (let n = 0; n < 2; n++) {
        await bed.advance(MINUTE);
        // A tick that meets the run before is skipped.
        await bed.idle();
      }
      const first = (await bed.scheduler.getJobHistory('work')).at(-1);
      bed.work.mode = 'hold';
      await bed.queue.retryJob(first!.jobId!);
      await bed.until('it runs again', () => bed.work.started.length === 4);
      await bed.advance(MINUTE);
      expect(await lastTick(bed)).toBe('4 skipped overlap');
    });

    test('cancels no run that a person asked for, but waits for it', async (bed) => {
      bed.work.mode = 'hold-to-abort';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'cancel' });
      const jobId = await bed.scheduler.trigger('work');
      await bed.until('it runs', () => bed.work.started.length === 1);
      await bed.advance(MINUTE);
      expect(await lastTick(bed)).toBe('1 buffered');
      expect(bed.work.started[0]?.signal.aborted).toBe(false);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.until('the tick ran', () => bed.work.minutes.includes(1));
      await bed.idle();
      expect((await bed.queue.getJob(jobId))?.status).toBe('completed');
    });

    test('buffer-all: lets all wait, and runs them one after the other', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'buffer-all' });
      await bed.advance(4 * MINUTE);
      await bed.started(1);
      for (const last of [2, 3, 4]) {
        bed.work.release();
        await bed.until(`${last} runs`, () => bed.work.minutes.includes(last));
        expect(bed.work.started).toHaveLength(last);
      }
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.advance(MINUTE);
      await bed.started(1, 2, 3, 4, 5);
    });
  });

  describe('a schedule that let its runs overlap', () => {
    test('sees them when it no longer does', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.scheduler.backfill('work', { from: T0, to: T0 });
      await bed.advance(MINUTE);
      await bed.started(0, 1);
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      bed.work.mode = 'pass';
      await bed.advance(MINUTE);
      expect(await lastTick(bed)).toBe('2 skipped overlap');
      bed.work.release();
      await bed.idle();
      await bed.advance(MINUTE);
      await bed.started(0, 1, 3);
    });

    const runs: readonly (readonly [string, (bed: TestBed) => Promise<unknown>])[] = [
      ['tick', (bed) => bed.advance(MINUTE)],
      ['call', (bed) => bed.scheduler.trigger('work')],
      ['backfill', (bed) => bed.scheduler.backfill('work', { from: T0, to: T0 })],
    ];
    for (const [cause, run] of runs) {
      test(`refuses a run by hand that may not overlap, beside that of a ${cause}`, async (bed) => {
        bed.work.mode = 'hold';
        await bed.scheduler.schedule(bed.work.job, everyMinute);
        await run(bed);
        await bed.until('it runs', () => bed.work.started.length === 1);
        const beside = bed.scheduler.trigger('work', { overlap: 'skip' });
        const { jobId } = bed.work.started[0]!;
        await expect(beside).rejects.toMatchObject({ code: 'JOBS_CONFLICT', details: { jobId } });
      });
    }
  });

  describe('a tick whose job another one keeps out', () => {
    const deduplicated = { enqueueOptions: { deduplicate: 'one' } } as const;

    test('is skipped, uses no run, and may be backfilled', async (bed) => {
      await bed.queue.pause();
      const holder = await bed.queue.enqueue(bed.work.job, undefined, { deduplicate: 'one' });
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, ...deduplicated, maxRuns: 1 });
      await bed.advance(2 * MINUTE);
      expect(await bed.ledger()).toEqual(['1 skipped deduplicated', '2 skipped deduplicated']);
      const [run] = await bed.scheduler.getJobHistory('work');
      expect(run?.jobId).toBe(holder.id);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 0,
        active: true,
      });
      await bed.queue.removeJob(holder.id);
      await bed.advance(2 * MINUTE);
      expect((await bed.ledger()).slice(2)).toEqual(['3 scheduled tick']);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ endReason: 'max-runs' });
      await bed.queue.removeJob((await bed.scheduler.getJobHistory('work'))[0]!.jobId!);
      const range = { from: T0 + MINUTE, to: T0 + MINUTE };
      expect(await bed.scheduler.backfill('work', range)).toHaveLength(1);
    });

    test('does not count, though its process dies right after it has decided', async (bed) => {
      await bed.scheduler.stop();
      const dying = bed.newQueue();
      const store = dying.backend.schedules as {
        -readonly [name in keyof ScheduleStore]: ScheduleStore[name];
      };
      const killed = (): Promise<never> => new Promise(() => undefined);
      const { fire } = store;
      store.fire = async (params) => {
        const answer = await fire(params);
        if (answer.fired) Object.assign(store, { put: killed, record: killed, fire: killed });
        return answer;
      };
      await bed.queue.enqueue(bed.work.job, undefined, { deduplicate: 'one', delay: 10 * MINUTE });
      const doomed = new Scheduler(dying, { clock: bed.clock });
      await doomed.schedule(bed.work.job, { ...everyMinute, ...deduplicated, maxRuns: 1 });
      await doomed.start();
      await bed.advance(MINUTE + 5_000);
      await bed.until('it has decided', async () => (await bed.ledger()).length > 0);
      expect(await bed.ledger()).toEqual(['1 skipped deduplicated']);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 0,
        active: true,
      });
    });

    test('has a trigger answer with the job that holds the key', async (bed) => {
      await bed.queue.pause();
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, ...deduplicated });
      const first = await bed.scheduler.trigger('work');
      expect(await bed.scheduler.trigger('work')).toBe(first);
    });
  });

  describe('trigger', () => {
    test('runs once for a key, with another payload, and on request not beside a run', async (bed) => {
      bed.work.mode = 'hold';
      const options = { cron: '0 0 * * *', payload: { of: 'all' } } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      const once = { key: 'deploy-7', payload: { of: 'some' }, overlap: 'skip' } as const;
      const jobId = await bed.scheduler.trigger('work', once);
      await bed.until('it runs', () => bed.work.started.length === 1);
      expect(bed.work.started[0]?.payload).toEqual({ of: 'some' });
      expect(await bed.scheduler.trigger('work', { key: 'deploy-7' })).toBe(jobId);
      // A caller who lost the answer asks again: the run is the one it asked for.
      expect(await bed.scheduler.trigger('work', once)).toBe(jobId);
      expect(await bed.ledger()).toEqual(['0 running trigger']);
      const beside = bed.scheduler.trigger('work', { overlap: 'skip' });
      await expect(beside).rejects.toMatchObject({ code: 'JOBS_CONFLICT', details: { jobId } });
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.idle();
      await bed.scheduler.trigger('work', { overlap: 'skip' });
      await bed.idle();
      expect(bed.work.started.map(({ payload }) => payload)).toEqual([
        { of: 'some' },
        { of: 'all' },
      ]);
      const bad = bed.scheduler.trigger('work', { key: '' });
      await expect(bad).rejects.toMatchObject({ code: 'JOBS_INVALID_ARGUMENT' });
    });

    test('is limited by the keys of its own payload', async (bed) => {
      const job = defineJob({
        name: 'work',
        rateLimit: { max: 5, per: MINUTE, key: (payload) => payload?.of ?? '' },
        concurrency: { max: 1, key: (payload) => payload?.of ?? '' },
        handler: async (_payload: { readonly of: string } | undefined) => 'done',
      });
      const queue = bed.newQueue([{ job }]);
      const scheduler = bed.newScheduler(queue);
      await scheduler.schedule(job, { cron: '0 0 * * *', payload: { of: 'all' } });
      for (const [options, key] of [
        [{}, 'all'],
        [{ payload: { of: 'some' } }, 'some'],
      ] as const) {
        const id = await scheduler.trigger('work', options);
        const found = await queue.backend.get({ id });
        expect(found).toMatchObject({ rateKey: key, concurrencyKey: key });
      }
    });
  });
}
