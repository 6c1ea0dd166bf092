import { defineJob } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { describe, expect } from 'vitest';
import { Scheduler } from '../../src/index.ts';
import { tickJobId } from '../../src/spec/tick-job-id.ts';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, T0 } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;
const jobIdOf = (minute: number): string => tickJobId('work', T0 + minute * MINUTE);

/** Takes the id that the job of a tick has, for a job that does not run soon. */
async function take(bed: TestBed, minute: number): Promise<void> {
  const options = { jobId: jobIdOf(minute), delay: 1_000 * MINUTE };
  await bed.queue.enqueue(bed.work.job, undefined, options);
}

/** Tests that a tick did not run whose job found another one with its id. */
export function takenIds(kind: BedKind): void {
  const test = withBed(kind);

  describe('a tick whose job finds another with its id', () => {
    test('is skipped, uses no run, and tells no one that it was fired', async (bed) => {
      const told: number[] = [];
      const events: unknown[] = [];
      bed.queue.on('tick', ({ tick }) => void events.push(tick.detail['status']));
      await take(bed, 1);
      await bed.scheduler.schedule(bed.work.job, {
        ...everyMinute,
        maxRuns: 1,
        overlap: 'skip',
        onSchedule: (at) => void told.push((at.getTime() - T0) / MINUTE),
      });
      await bed.advance(MINUTE);
      expect(await bed.ledger()).toEqual(['1 skipped deduplicated']);
      expect((await bed.scheduler.getJobHistory('work'))[0]?.jobId).toBe(jobIdOf(1));
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 0,
        active: true,
      });
      await bed.advance(MINUTE);
      await bed.started(2);
      expect(told).toEqual([2]);
      expect(events).toEqual(['skipped', 'fired', 'ended']);
    });

    test('may be backfilled when that job is gone', async (bed) => {
      const other = defineJob({ name: 'other', handler: async (_: undefined) => 'done' });
      const scheduler = bed.newScheduler(bed.newQueue([{ job: other }]));
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(2 * MINUTE);
      await bed.started(1, 2);
      await bed.idle();
      await bed.scheduler.remove('work');
      await bed.scheduler.stop(); // which would note the ends of its runs, once it hears of them
      await bed.queue.pause();
      await scheduler.schedule(other, { ...everyMinute, id: 'work' });
      const range = { from: T0 + MINUTE, to: T0 + 2 * MINUTE };
      const first = await scheduler.backfill('work', range);
      expect([...first]).toEqual([]);
      expect(first.known).toEqual([jobIdOf(1), jobIdOf(2)]);
      expect(await bed.ledger()).toEqual(['1 skipped deduplicated', '2 skipped deduplicated']);
      for (const minute of [1, 2]) await bed.queue.removeJob(jobIdOf(minute));
      expect(await scheduler.backfill('work', range)).toHaveLength(2);
      expect(await bed.ledger()).toEqual(['1 scheduled backfill', '2 scheduled backfill']);
    });

    test('is skipped among others that are caught up', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, catchUp: 'all' });
      await bed.scheduler.stop();
      await take(bed, 2);
      await bed.clock.advance(3 * MINUTE + 30_000);
      await bed.scheduler.start();
      await bed.started(1, 3);
      await bed.until('they are in the ledger', async () => (await bed.ledger()).length === 3);
      expect((await bed.ledger())[1]).toBe('2 skipped deduplicated');
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ runsCount: 2 });
    });

    test('is skipped also where the caller chose the id', async (bed) => {
      await bed.queue.enqueue(bed.work.job, undefined, { jobId: 'chosen' });
      await bed.idle();
      const at = new Date(T0 + MINUTE);
      const options = { jobId: 'chosen' };
      const id = await bed.scheduler.scheduleOnce(bed.work.job, undefined, at, options);
      await bed.advance(MINUTE);
      expect(await bed.ledger(id)).toEqual(['1 skipped deduplicated']);
      expect(await bed.scheduler.getScheduledJob(id)).toMatchObject({ runsCount: 0 });
      expect(bed.work.started).toHaveLength(1);
    });

    test('does not have later ticks wait for that job', async (bed) => {
      await take(bed, 1);
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'skip' });
      await bed.advance(2 * MINUTE);
      await bed.started(2);
    });

    test('does not count, though its process dies right after it has decided', async (bed) => {
      await bed.scheduler.stop();
      await take(bed, 1);
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
      const doomed = new Scheduler(dying, { clock: bed.clock });
      await doomed.schedule(bed.work.job, { ...everyMinute, maxRuns: 1 });
      await doomed.start();
      await bed.advance(MINUTE + 5_000);
      await bed.until('it has decided', async () => (await bed.ledger()).length > 0);
      expect(await bed.ledger()).toEqual(['1 skipped deduplicated']);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 0,
        active: true,
      });
    });
  });
}
