import { defineJob } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { Scheduler, SchedulerEventMap } from '../../src/index.ts';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { DAY, MINUTE, T0 } from '../support/work.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) =>
  defineJob({ name, handler: async () => undefined }),
);
const [cron, other] = ['* * * * *', '5 * * * *'];

/** Collects the events of some schedulers as `type id cause`. */
function collect(...schedulers: readonly Scheduler[]): () => string[] {
  const heard: string[] = [];
  for (const scheduler of schedulers) {
    for (const type of ['scheduled', 'updated', 'removed'] as const) {
      scheduler.on(type, (event) => {
        heard.push(`${event.type} ${event.scheduleId} ${event.cause}`);
      });
    }
  }
  return () => heard.splice(0);
}

/** Events of what is scheduled. */
export function tellingChanges(kind: BedKind): void {
  const test = withBed(kind);

  describe('a change of what is scheduled', () => {
    test('is announced once, and no change is not announced', async (bed) => {
      const { scheduler } = bed;
      const heard = collect(scheduler);
      const seen: SchedulerEventMap['updated'][] = [];
      scheduler.on('updated', (event) => void seen.push(event));
      await scheduler.schedule(a!, { cron });
      expect(heard()).toEqual(['scheduled a schedule']);
      await scheduler.schedule(a!, { cron });
      await scheduler.pause('a');
      await scheduler.resume('a');
      await scheduler.trigger('a');
      await bed.advance(2 * MINUTE);
      expect(heard()).toEqual([]);
      await scheduler.schedule(a!, { cron: other });
      expect(heard()).toEqual(['updated a schedule']);
      expect(seen).toMatchObject([
        {
          queueName: 'tested',
          at: new Date(T0 + 2 * MINUTE),
          before: { cron, runsCount: 2, revision: 1 },
          schedule: { cron: other, runsCount: 2, revision: 2 },
        },
      ]);
      expect(await scheduler.remove('a')).toBe(true);
      expect(await scheduler.remove('a')).toBe(false);
      expect(heard()).toEqual(['removed a remove']);
      await scheduler.scheduleOnce(a!, undefined, new Date(T0 + 3 * MINUTE), { jobId: 'once' });
      expect(heard()).toEqual([expect.stringMatching(/^scheduled once:\S+ scheduleOnce$/)]);
      // That it is deleted a day after it ran is no news.
      await bed.advance(2 * MINUTE);
      await bed.clock.set(T0 + 2 * DAY);
      await bed.advance(MINUTE);
      expect(await bed.scheduler.getAllScheduledJobs()).toEqual([]);
      expect(heard()).toEqual([]);
    });

    test('by sync is one event for each schedule that changed', async (bed) => {
      const heard = collect(bed.scheduler);
      await bed.scheduler.sync([
        { job: a!, cron },
        { job: b!, cron },
      ]);
      expect(heard()).toEqual(['scheduled a sync', 'scheduled b sync']);
      const list = [
        { job: a!, cron: other },
        { job: c!, cron },
      ] as const;
      await bed.scheduler.sync(list);
      expect(heard()).toEqual(['updated a sync', 'scheduled c sync', 'removed b sync']);
      await bed.scheduler.sync(list);
      expect(heard()).toEqual([]);
      // It is gone already, though its state is kept for a day.
      expect(await bed.scheduler.remove('b')).toBe(false);
      await bed.scheduler.sync([...list, { job: b!, cron }]);
      expect(heard()).toEqual(['scheduled b sync']);
      await bed.scheduler.sync([]);
      await bed.clock.set(T0 + 2 * DAY);
      await bed.advance(MINUTE);
      expect(heard()).toEqual(['removed a sync', 'removed b sync', 'removed c sync']);
    });

    test('by many processes at once is announced by the one that made it', async (bed) => {
      const schedulers = Array.from({ length: 5 }, () => bed.newScheduler());
      const heard = collect(...schedulers);
      const all = async (act: (scheduler: Scheduler) => Promise<unknown>): Promise<string[]> => {
        await Promise.all(schedulers.map(act));
        return heard();
      };
      expect(await all((one) => one.schedule(a!, { cron }))).toEqual(['scheduled a schedule']);
      expect(await all((one) => one.schedule(a!, { cron: other }))).toEqual(['updated a schedule']);
      expect(await all((one) => one.remove('a'))).toEqual(['removed a remove']);
      const list = [{ job: b!, cron }] as const;
      expect(await all((one) => one.sync(list))).toEqual(['scheduled b sync']);
      expect(await all((one) => one.sync([]))).toEqual(['removed b sync']);
    });

    test('is not announced for a schedule whose next tick was only repaired', async (bed) => {
      const store = bed.queue.backend.schedules!;
      await bed.scheduler.sync([{ job: a!, cron }]);
      const heard = collect(bed.scheduler);
      const { revision: _, ...stored } = (await store.get({ id: 'a' }))!;
      const state = { ...stored.state, tickAt: T0 + 5 * DAY };
      await store.put({ schedule: { ...stored, state, nextAt: T0 + 5 * DAY } });
      expect(await bed.scheduler.sync([{ job: a!, cron }])).toMatchObject({
        updated: [],
        unchanged: ['a'],
      });
      expect(heard()).toEqual([]);
      expect(await bed.scheduler.nextRuns('a', 1)).toEqual([new Date(T0 + MINUTE)]);
    });

    test('does not fail because a listener does', async (bed) => {
      bed.scheduler.on('scheduled', () => {
        throw new Error('thrown');
      });
      bed.scheduler.on('scheduled', () => Promise.reject(new Error('rejected')));
      const ended: string[] = [];
      const end = bed.scheduler.on('scheduled', () => void ended.push('kept'));
      const listener = (): void => void ended.push('off');
      bed.scheduler.on('scheduled', listener);
      bed.scheduler.off('scheduled', listener);
      await bed.scheduler.schedule(a!, { cron });
      end();
      await bed.scheduler.schedule(b!, { cron });
      await bed.advance(MINUTE);
      expect(ended).toEqual(['kept']);
      const heard = bed.errors.splice(0).map((error) => (error as Error).message);
      expect(heard.sort()).toEqual(['rejected', 'rejected', 'thrown', 'thrown']);
      expect(() => bed.scheduler.on('created' as 'scheduled', listener)).toThrow(
        /one of scheduled/,
      );
      expect(() => bed.scheduler.on('scheduled', 7 as never)).toThrow(/a function/);
    });
  });
}
