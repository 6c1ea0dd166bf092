import { readFile } from 'node:fs/promises';
import { defineJob } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { PayloadTick } from '../../src/index.ts';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, minuteOf, T0 } from '../support/work.ts';

const cron = '* * * * *';
const of = ({ scheduledAt, number, cause }: PayloadTick): { of: string } => ({
  of: `${minuteOf(scheduledAt)} ${number ?? '-'} ${cause}`,
});
const payloads = (bed: TestBed): string[] =>
  bed.work.started.map(({ payload }) => (payload as { of: string }).of).sort();

/** A job that takes numbers only. */
const strict = defineJob({
  name: 'strict',
  schema: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value: unknown) =>
        typeof value === 'number' ? { value } : { issues: [{ message: 'Expected a number' }] },
    },
  },
  handler: async (payload) => payload,
});

/** Payloads that a function computes for each tick. */
export function computingPayloads(kind: BedKind): void {
  const test = withBed(kind);

  describe('a payload for each tick', () => {
    test('is computed from the tick when it is fired, caught up, run by hand or backfilled', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron, payload: of, catchUp: 'all' });
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        payload: undefined,
        payloadPerTick: true,
        undeclared: false,
      });
      await bed.advance(2 * MINUTE);
      await bed.started(1, 2);
      await bed.scheduler.stop();
      await bed.clock.set(T0 + 4 * MINUTE + 30_000);
      await bed.scheduler.start();
      await bed.started(1, 2, 3, 4);
      await bed.scheduler.trigger('work');
      await bed.scheduler.trigger('work', { payload: { of: 'another' } });
      await bed.scheduler.backfill('work', { from: T0 - MINUTE, to: T0 });
      await bed.until('all have run', () => bed.work.started.length === 8);
      expect(payloads(bed)).toEqual([
        '-1 - backfill',
        '0 - backfill',
        '1 1 tick',
        '2 2 tick',
        '3 3 catch-up',
        '4 4 catch-up',
        '4.5 - trigger',
        'another',
      ]);
    });

    test('may come late, and lets no other schedule wait for it', async (bed) => {
      let answer: ((payload: { of: string }) => void) | undefined;
      await bed.scheduler.schedule(bed.work.job, { id: 'plain', cron, payload: { of: 'plain' } });
      await bed.scheduler.schedule(bed.work.job, {
        cron,
        maxRuns: 1,
        payload: () => new Promise<{ of: string }>((resolve) => (answer = resolve)),
      });
      await bed.advance(MINUTE + 5_000);
      await bed.started(1);
      await bed.until('it was asked', () => answer !== undefined);
      answer?.({ of: 'late' });
      await bed.started(1, 1);
      expect(payloads(bed)).toEqual(['late', 'plain']);
    });

    test('is given up after half a minute without an answer, and asked for again', async (bed) => {
      let asked = 0;
      await bed.scheduler.schedule(bed.work.job, {
        at: new Date(T0 + MINUTE),
        payload: () => (asked++ === 0 ? new Promise<never>(() => undefined) : { of: 'second' }),
      });
      await bed.advance(MINUTE + 40_000);
      await bed.started(1);
      expect(payloads(bed)).toEqual(['second']);
      expect(bed.errors.splice(0)).toMatchObject([{ code: 'JOBS_TIMEOUT' }]);
    });

    test('that its schema refuses skips the tick, which does not count', async (bed) => {
      await bed.scheduler.schedule(strict, {
        cron,
        maxRuns: 2,
        payload: ({ scheduledAt }: PayloadTick) =>
          minuteOf(scheduledAt) === 2 ? 'two' : minuteOf(scheduledAt),
      });
      await bed.advance(4 * MINUTE);
      const runs = [...(await bed.scheduler.getJobHistory('strict'))].reverse();
      expect(runs.map(({ scheduledAt, reason }) => `${minuteOf(scheduledAt)} ${reason}`)).toEqual([
        '1 undefined',
        '2 payload',
        '3 undefined',
      ]);
      expect(await bed.scheduler.getScheduledJob('strict')).toMatchObject({
        runsCount: 2,
        endReason: 'max-runs',
      });
      expect(bed.errors.splice(0)).toMatchObject([{ code: 'JOBS_INVALID_PAYLOAD' }]);
      const asked = bed.scheduler.backfill('strict', { from: T0, to: T0 + 4 * MINUTE });
      await expect(asked).rejects.toMatchObject({ code: 'JOBS_INVALID_PAYLOAD' });
    });

    test('that cannot be computed is tried again, and the tick skipped in the end', async (bed) => {
      let tries = 0;
      await bed.scheduler.schedule(bed.work.job, {
        at: [new Date(T0 + MINUTE), new Date(T0 + 3 * MINUTE)],
        payload: (tick: PayloadTick) => {
          tries += 1;
          if (minuteOf(tick.scheduledAt) === 1) throw new Error('no luck');
          return of(tick);
        },
      });
      await bed.advance(3 * MINUTE);
      await bed.started(3);
      expect([tries, bed.errors.splice(0).length]).toEqual([6, 5]);
      expect(await bed.ledger('work')).toMatchObject(['1 skipped payload', /3 /]);
    });

    test('is computed only by processes that declare the schedule', async (bed) => {
      const other = bed.newScheduler();
      await other.start();
      const declare = (): Promise<string> =>
        bed.scheduler.schedule(bed.work.job, { cron, payload: of, catchUp: 'one' });
      await declare();
      await bed.advance(2 * MINUTE);
      await bed.started(1, 2);
      await bed.scheduler.stop();
      await bed.advance(3 * MINUTE);
      await bed.started(1, 2);
      expect(bed.errors).toEqual([]);
      expect(await other.getAllScheduledJobs()).toMatchObject([{ id: 'work', undeclared: true }]);
      await expect(other.trigger('work')).rejects.toMatchObject({
        code: 'JOBS_CONFLICT',
        details: { field: 'payload', scheduleId: 'work' },
      });
      await expect(other.backfill('work', { from: T0 - MINUTE, to: T0 })).rejects.toMatchObject({
        code: 'JOBS_CONFLICT',
      });
      // One that declares it comes back: its ticks are caught up as its policy says.
      await bed.scheduler.start();
      await bed.started(1, 2, 5);
      expect(await other.getScheduledJob('work')).toMatchObject({ undeclared: false });
      // So does one that declares it for the first time.
      await bed.scheduler.stop();
      await bed.advance(MINUTE);
      await other.schedule(bed.work.job, { cron, payload: of, catchUp: 'one' });
      await bed.started(1, 2, 5, 6);
    });

    test('is not lost when a schedule is read, changed and written', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron, payload: of });
      const { options, revision } = (await bed.scheduler.getScheduledJob('work'))!;
      const changed = { ...options, jitter: 5, revision } as const;
      await expect(bed.scheduler.schedule(bed.work.job, changed as never)).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        details: { field: 'payload' },
      });
      await bed.scheduler.schedule(bed.work.job, { ...changed, payload: of } as never);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        payloadPerTick: true,
        jitter: 5,
      });
      // A payload of its own takes its place, and any process fires it.
      await bed.scheduler.sync([{ job: bed.work.job, id: 'work', cron, payload: { of: 'own' } }]);
      await bed.advance(MINUTE + 5_000);
      await bed.started(1);
      expect(payloads(bed)).toEqual(['own']);
    });

    // Elsewhere a clock does not wait for the store either.
    if (!kind.virtualTime) return;

    test('may read files, while a clock that a test advances stands still', async (bed) => {
      const payload = async (tick: PayloadTick): Promise<{ of: string }> => {
        for (let round = 0; round < 20; round++) await readFile(import.meta.filename);
        return of(tick);
      };
      await bed.scheduler.schedule(bed.work.job, { cron, payload });
      await bed.clock.advance(2 * MINUTE);
      await bed.started(1, 2);
      expect(payloads(bed)).toEqual(['1 1 tick', '2 2 tick']);
    });
  });
}
