import { JobsError } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;

/** A tick whose earlier run has not finished. */
export function overlapPolicy(kind: BedKind): void {
  const test = withBed(kind);

  describe('overlap', () => {
    test('allow: enqueues each tick whatever runs', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(3 * MINUTE);
      await bed.started(1, 2, 3);
    });

    test('skip: skips ticks while an earlier run goes on, and says so', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.advance(2 * MINUTE);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.idle();
      await bed.advance(MINUTE);
      await bed.started(1, 4);
      await bed.idle();
      expect(await bed.ledger()).toEqual([
        '1 completed tick',
        '2 skipped overlap',
        '3 skipped overlap',
        '4 completed tick',
      ]);
    });

    test('skip: counts a run that was not started, that waits for its next attempt, or that was put back', async (bed) => {
      await bed.queue.pause();
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(2 * MINUTE);
      expect(await bed.ledger()).toEqual(['1 scheduled tick', '2 skipped overlap']);
      bed.work.mode = 'fail';
      await bed.queue.resume();
      await bed.idle();
      expect(await bed.ledger()).toEqual(['1 failed tick', '2 skipped overlap']);
      await bed.queue.pause();
      const [run] = bed.work.started;
      await bed.queue.retryJob(run!.jobId);
      await bed.advance(MINUTE);
      expect((await bed.ledger()).at(-1)).toBe('3 skipped overlap');
      await bed.queue.removeJob(run!.jobId);
      await bed.advance(MINUTE);
      expect((await bed.ledger()).at(-1)).toBe('4 scheduled tick');
    });

    test('buffer: fires one tick as soon as the earlier run has ended, and skips others', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'buffer' });
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.advance(2 * MINUTE + MINUTE / 2);
      expect((await bed.ledger()).slice(1)).toEqual(['2 buffered', '3 skipped overlap']);
      expect((await bed.scheduler.getScheduledJob('work'))?.waitingTick?.getTime()).toBe(
        (await bed.scheduler.getJobHistory('work'))[1]?.scheduledAt.getTime(),
      );
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 2);
      await bed.idle();
      await bed.advance(MINUTE / 2);
      await bed.started(1, 2, 4);
      await bed.idle();
      expect(await bed.ledger()).toEqual([
        '1 completed tick',
        '2 completed buffer',
        '3 skipped overlap',
        '4 completed tick',
      ]);
    });

    test('buffer-all: lets no more ticks wait than maxRuns leaves', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, {
        ...everyMinute,
        overlap: 'buffer-all',
        maxRuns: 3,
      });
      await bed.advance(5 * MINUTE);
      await bed.started(1);
      expect((await bed.ledger()).slice(1)).toEqual([
        '2 buffered',
        '3 buffered',
        '4 skipped overlap',
        '5 skipped overlap',
      ]);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 2, 3);
      await bed.advance(2 * MINUTE);
      await bed.started(1, 2, 3);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 3,
        endReason: 'max-runs',
      });
    });

    test('buffer: another process fires the tick that waits when the one that let it wait is gone', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, {
        cron: '*/10 * * * *',
        payload: undefined,
        overlap: 'buffer',
      });
      await bed.scheduler.trigger('work');
      await bed.started(0);
      await bed.advance(10 * MINUTE);
      expect((await bed.ledger()).at(-1)).toBe('10 buffered');
      await bed.scheduler.stop();
      const other = bed.newScheduler();
      await other.start();
      bed.work.release();
      await bed.until('the first run ended', () => bed.work.ended.length === 1);
      await bed.advance(MINUTE);
      await bed.started(0, 10);
    });

    test('cancel: cancels the earlier run, and fires when that has ended', async (bed) => {
      bed.work.mode = 'hold-to-abort';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'cancel' });
      await bed.advance(MINUTE);
      await bed.started(1);
      bed.work.mode = 'pass';
      await bed.advance(MINUTE);
      await bed.started(1, 2);
      await bed.idle();
      const [first] = bed.work.started;
      expect((await bed.queue.getJob(first!.jobId))?.error?.code).toBe('JOBS_CANCELLED');
      expect(await bed.ledger()).toEqual(['1 cancelled tick', '2 completed buffer']);
    });

    test('cancel: waits for a handler that ignores its signal, and then fires the latest tick', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'cancel' });
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.advance(2 * MINUTE);
      await bed.until('it heard', () => bed.work.started[0]?.signal.aborted === true);
      expect(bed.work.minutes).toEqual([1]);
      expect((await bed.ledger()).slice(1)).toEqual(['2 skipped overlap', '3 buffered']);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 3);
    });

    test('cancel: asks again for the end of a run when the first request is lost', async (bed) => {
      const cancelJob = bed.queue.cancelJob.bind(bed.queue);
      let asked = 0;
      const lost = new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
      const lossy: typeof cancelJob = (...args) =>
        asked++ === 0 ? Promise.reject(lost) : cancelJob(...args);
      Object.assign(bed.queue, { cancelJob: lossy });
      bed.work.mode = 'hold-to-abort';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'cancel' });
      await bed.advance(MINUTE);
      await bed.started(1);
      bed.work.mode = 'pass';
      await bed.advance(MINUTE);
      await bed.until('it failed', () => bed.errors.splice(0).includes(lost));
      await bed.advance(10_000);
      await bed.started(1, 2);
      await bed.idle();
      expect(await bed.ledger()).toEqual(['1 cancelled tick', '2 completed buffer']);
    });

    test('cancel: fires at once in place of a run that had not started', async (bed) => {
      await bed.queue.pause();
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'cancel' });
      await bed.advance(2 * MINUTE);
      await bed.queue.resume();
      await bed.started(2);
    });
  });

  if (!kind.virtualTime) return;

  describe('overlap, with a worker that dies', () => {
    test('skip: counts a run whose worker died until another one has finished it', async (bed) => {
      await bed.queue.stop();
      const doomed = bed.newQueue([bed.work]);
      await doomed.process();
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(MINUTE);
      await bed.started(1);
      await doomed.backend.close({ force: true });
      await bed.queue.process();
      await bed.advance(MINUTE);
      await bed.started(1, 1);
      expect((await bed.ledger()).at(-1)).toBe('2 skipped overlap');
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.advance(MINUTE);
      await bed.started(1, 1, 3);
    });
  });
}
