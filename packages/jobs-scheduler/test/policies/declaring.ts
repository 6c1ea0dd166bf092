import { defineJob } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, T0 } from '../support/work.ts';

const declared = async (bed: TestBed): Promise<string[]> =>
  (await bed.scheduler.getAllScheduledJobs()).map(
    ({ id, jobName, cron, every }) => `${id}: ${jobName} ${cron ?? every}`,
  );

/** Declaring schedules, again and otherwise. */
export function declaring(kind: BedKind): void {
  const test = withBed(kind);

  describe('declaring', () => {
    test('changes nothing when it is declared again, and goes on from where it was', async (bed) => {
      const options = { every: 10 * MINUTE, payload: { of: 'x' } };
      await bed.scheduler.schedule(bed.work.job, options);
      const before = await bed.queue.backend.schedules!.get({ id: 'work' });
      await bed.advance(9 * MINUTE);
      await bed.newScheduler(bed.newQueue([bed.work])).schedule(bed.work.job, options);
      expect(await bed.queue.backend.schedules!.get({ id: 'work' })).toEqual(before);
      await bed.advance(MINUTE);
      await bed.started(10);
    });

    test('takes a changed payload and keeps the next tick', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { every: 10 * MINUTE, payload: { of: 'x' } });
      await bed.advance(9 * MINUTE);
      await bed.scheduler.schedule(bed.work.job, { every: 10 * MINUTE, payload: { of: 'y' } });
      await bed.advance(MINUTE);
      await bed.started(10);
      expect(bed.work.started[0]?.payload).toEqual({ of: 'y' });
    });

    test('ticks at the new times when they were changed, and keeps its count of runs', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      await bed.advance(2 * MINUTE);
      await bed.scheduler.schedule(bed.work.job, { cron: '*/5 * * * *', payload: undefined });
      await bed.advance(8 * MINUTE);
      await bed.started(1, 2, 5, 10);
      expect((await bed.scheduler.getScheduledJob('work'))?.runsCount).toBe(4);
    });

    test('does not begin again once it has ended, but goes on with more runs', async (bed) => {
      const options = { cron: '* * * * *', payload: undefined };
      await bed.scheduler.schedule(bed.work.job, { ...options, maxRuns: 1 });
      await bed.advance(2 * MINUTE);
      await bed.scheduler.schedule(bed.work.job, { ...options, maxRuns: 1 });
      await bed.advance(2 * MINUTE);
      await bed.started(1);
      await bed.scheduler.schedule(bed.work.job, { ...options, maxRuns: 2 });
      await bed.advance(2 * MINUTE);
      await bed.started(1, 5);
    });

    test('refuses an id that is another job’s', async (bed) => {
      const other = defineJob({ name: 'other', handler: async () => undefined });
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      const reused = bed.scheduler.schedule(other, { id: 'work', cron: '* * * * *' });
      await expect(reused).rejects.toMatchObject({
        code: 'JOBS_CONFLICT',
        details: { field: 'id' },
      });
    });

    test('keeps one schedule of fifty that race for an id, as one of them declares it', async (bed) => {
      const schedulers = [bed.scheduler, bed.newScheduler(bed.newQueue([bed.work]))];
      const crons = Array.from({ length: 50 }, (_, minute) => `${minute} 1 * * *`);
      await Promise.all(
        crons.map((cron, index) =>
          schedulers[index % 2]!.schedule(bed.work.job, { cron, payload: undefined }),
        ),
      );
      const all = await bed.scheduler.getAllScheduledJobs();
      expect(all).toHaveLength(1);
      expect(crons).toContain(all[0]?.cron);
      const minute = Number(all[0]?.cron?.split(' ')[0]);
      expect(all[0]?.nextRun).toEqual(new Date(T0 + (60 + minute) * MINUTE));
      await schedulers[1]!.schedule(bed.work.job, { cron: '59 1 * * *', payload: undefined });
      expect(await declared(bed)).toEqual(['work: work 59 1 * * *']);
    });

    test('sync leaves exactly what a new version declares', async (bed) => {
      const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) =>
        defineJob({ name, handler: async () => undefined }),
      );
      const once = await bed.scheduler.scheduleOnce(a!, undefined, new Date(T0 + MINUTE));
      const first = await bed.scheduler.sync([
        { job: a!, cron: '1 * * * *' },
        { job: b!, cron: '2 * * * *' },
        { job: b!, id: 'renamed', every: 1000 },
        { job: c!, cron: '3 * * * *' },
        { job: d!, cron: '4 * * * *' },
      ]);
      expect(first).toMatchObject({ created: ['a', 'b', 'renamed', 'c', 'd'], removed: [] });
      const second = await bed.scheduler.sync([
        { job: a!, cron: '1 * * * *' },
        { job: b!, cron: '5 * * * *' },
        { job: c!, id: 'renamed', every: 1000 },
        // What was `d` is called `e` now.
        { job: e!, cron: '4 * * * *' },
      ]);
      expect(second).toEqual({
        created: ['e'],
        updated: ['b', 'renamed'],
        unchanged: ['a'],
        removed: ['c', 'd'],
        expired: [],
      });
      expect((await declared(bed)).filter((text) => !text.startsWith(once))).toEqual([
        'a: a 1 * * * *',
        'b: b 5 * * * *',
        'e: e 4 * * * *',
        'renamed: c 1000',
      ]);
      expect(await bed.scheduler.getScheduledJob(once)).toBeDefined();
    });

    test('sync checks all before it changes any, and names the one that is bad', async (bed) => {
      const { job } = bed.work;
      const good = { job, cron: '* * * * *', payload: undefined };
      for (const bad of [{ job, cron: '61 * * * *' }, good, { job, id: 'x', every: 5, what: 1 }]) {
        await expect(bed.scheduler.sync([good, bad as typeof good])).rejects.toMatchObject({
          code: 'JOBS_INVALID_ARGUMENT',
          details: { index: 1 },
        });
      }
      expect(await bed.scheduler.getAllScheduledJobs()).toEqual([]);
    });
  });
}
