import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { HOUR, MINUTE, T0 } from '../support/work.ts';

/** Lets two hourly ticks pass without a scheduler, then deploys another version of the schedule. */
async function deployAfterTwoMissed(bed: TestBed, before: object, after: object): Promise<void> {
  await bed.scheduler.schedule(bed.work.job, { cron: '0 * * * *', payload: undefined, ...before });
  await bed.scheduler.stop();
  await bed.advance(2 * HOUR + MINUTE);
  await bed.scheduler.schedule(bed.work.job, { cron: '0 * * * *', payload: undefined, ...after });
  await bed.scheduler.start();
  await bed.settle();
}

/** Missed ticks of a schedule that changes. */
export function changing(kind: BedKind): void {
  const test = withBed(kind);

  describe('changing a schedule', () => {
    test('runs what was missed at the times before, as its policy says', async (bed) => {
      await deployAfterTwoMissed(bed, { catchUp: 'all' }, { cron: '30 * * * *', catchUp: 'all' });
      await bed.started(60, 120);
      await bed.advance(HOUR);
      await bed.started(60, 120, 150);
    });

    test('notes what its policy drops of the times before', async (bed) => {
      await deployAfterTwoMissed(bed, {}, { cron: '30 * * * *', catchUp: 'one' });
      await bed.started(120);
      await bed.idle();
      expect(await bed.ledger()).toEqual(['60 skipped catch-up', '120 completed catch-up']);
    });

    test('takes a zone under another of its names for the same', async (bed) => {
      const kiev = { cron: '0 * * * *', timezone: 'Europe/Kiev', catchUp: 'all' };
      await deployAfterTwoMissed(bed, kiev, { ...kiev, timezone: 'Europe/Kyiv' });
      await bed.started(60, 120);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        timezone: 'Europe/Kyiv',
      });
    });

    test('drops nothing when its end is put off, or its limit of runs is raised', async (bed) => {
      const until = (hours: number) => ({ endDate: new Date(T0 + hours * HOUR), catchUp: 'all' });
      await deployAfterTwoMissed(bed, until(1.5), until(10));
      await bed.started(60, 120);
      await bed.scheduler.stop();
      await bed.advance(HOUR);
      const longer = { cron: '0 * * * *', payload: undefined, ...until(20), maxRuns: 50 } as const;
      await bed.scheduler.schedule(bed.work.job, longer as never);
      await bed.scheduler.start();
      await bed.settle();
      await bed.started(60, 120, 180);
    });

    test('reads all that was declared, to be changed and written', async (bed) => {
      const declared = {
        cron: '0 9 * * 1-5',
        timezone: 'Europe/Paris',
        dst: 'skip',
        payload: { of: 'x' },
        enqueueOptions: {
          priority: 3,
          attempts: 2,
          delay: 10,
          expiresIn: 5000,
          fairKey: 'ada',
          weight: 2,
          metadata: { tenant: 'a' },
          removeOnComplete: { age: 1000, count: 5 },
          deduplicate: { key: 'k', ttl: 9, mode: 'replace' },
        },
        overlap: 'buffer',
        catchUp: { policy: 'all', window: HOUR, cap: 7 },
        jitter: 100,
        startDate: new Date(T0),
        endDate: new Date(T0 + 100 * HOUR),
        maxRuns: 9,
        pauseOnFailure: 2,
        description: 'Tells the office what is new.',
        history: 30,
      } as const;
      await bed.scheduler.schedule(bed.work.job, declared);
      const read = await bed.scheduler.getScheduledJob('work');
      expect(read?.options).toMatchObject({ id: 'work', ...declared });
      const before = await bed.queue.backend.schedules!.get({ id: 'work' });
      const { options, revision, jobName } = read!;
      await bed.scheduler.schedule(jobName as never, { ...options, revision } as never);
      expect(await bed.queue.backend.schedules!.get({ id: 'work' })).toEqual(before);
      await bed.scheduler.schedule(bed.work.job, { ...options, jitter: 5, revision } as never);
      const changed = await bed.scheduler.getScheduledJob('work');
      expect(changed).toMatchObject({ jitter: 5, revision: revision + 1 });
      // A caller who read it before may not write over that.
      const late = bed.scheduler.schedule(bed.work.job, {
        ...options,
        jitter: 9,
        revision,
      } as never);
      await expect(late).rejects.toMatchObject({
        code: 'JOBS_CONFLICT',
        details: { field: 'revision', scheduleId: 'work' },
      });
    });

    test('ticks at several patterns but for its exceptions, which share its policies', async (bed) => {
      const declared = {
        cron: ['*/20 * * * *', '30 * * * *'],
        except: { cron: '40 0 * * *' },
        overlap: 'skip',
        payload: undefined,
      } as const;
      await bed.scheduler.schedule(bed.work.job, declared);
      const read = await bed.scheduler.getScheduledJob('work');
      expect(read).toMatchObject({ cron: '*/20 * * * * | 30 * * * *' });
      expect(read?.options).toMatchObject({
        cron: declared.cron,
        except: { cron: ['40 0 * * *'] },
      });
      bed.work.mode = 'hold';
      await bed.advance(25 * MINUTE);
      await bed.started(20);
      await bed.advance(35 * MINUTE);
      expect((await bed.ledger()).slice(1)).toEqual(['30 skipped overlap', '60 skipped overlap']);
    });

    test('keeps its revision from tick to tick, and tells one that is new', async (bed) => {
      const options = { cron: '* * * * *', payload: undefined } as const;
      await bed.scheduler.schedule(bed.work.job, { ...options, revision: 0 });
      await bed.advance(3 * MINUTE);
      expect((await bed.scheduler.getScheduledJob('work'))?.revision).toBe(1);
      const again = bed.scheduler.schedule(bed.work.job, { ...options, revision: 0 });
      await expect(again).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    });

    test('heals what a host left whose clock was ahead', async (bed) => {
      const options = { cron: '*/10 * * * *', payload: undefined } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.scheduler.sync([{ job: bed.work.job, id: 'synced', ...options }]);
      const store = bed.queue.backend.schedules!;
      for (const id of ['work', 'synced']) {
        const record = (await store.get({ id }))!;
        const tickAt = T0 + 24 * HOUR;
        const state = { ...record.state, tickAt, lastTickAt: tickAt - 10 * MINUTE };
        await store.put({ schedule: { ...record, state, nextAt: tickAt } });
      }
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.scheduler.sync([{ job: bed.work.job, id: 'synced', ...options }]);
      await bed.advance(10 * MINUTE);
      await bed.started(10, 10);
    });

    test('is healed by a scheduler that starts, and says so', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '*/10 * * * *', payload: undefined });
      await bed.scheduler.stop();
      const store = bed.queue.backend.schedules!;
      const record = (await store.get({ id: 'work' }))!;
      const tickAt = T0 + 24 * HOUR;
      await store.put({
        schedule: { ...record, state: { ...record.state, tickAt }, nextAt: tickAt },
      });
      await bed.newScheduler().start();
      await bed.advance(10 * MINUTE);
      await bed.started(10);
      expect(bed.warnings).toHaveLength(1);
    });

    test('runs once when it is made, beside its ticks', async (bed) => {
      const options = { cron: '0 * * * *', payload: undefined, immediately: true } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.settle();
      await bed.started(0);
      await bed.advance(HOUR);
      await bed.started(0, 60);
      await bed.idle();
      expect(await bed.ledger()).toEqual(['0 completed tick', '60 completed tick']);
    });

    test('runs once when it is made again after it was removed, and not for a change', async (bed) => {
      const options = { cron: '0 * * * *', payload: undefined, immediately: true } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.settle();
      await bed.started(0);
      await bed.advance(MINUTE);
      await bed.scheduler.schedule(bed.work.job, { ...options, cron: '30 * * * *' });
      await bed.settle();
      await bed.idle();
      await bed.started(0);
      await bed.scheduler.remove('work');
      await bed.advance(MINUTE);
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.settle();
      await bed.started(0, 2);
    });

    const policies = ['skip', 'one', 'all', { policy: 'all', window: MINUTE }] as const;
    for (const catchUp of policies) {
      test(`runs once when it is made, where it is to catch up ${JSON.stringify(catchUp)}`, async (bed) => {
        const options = {
          cron: '0 * * * *',
          payload: undefined,
          immediately: true,
          catchUp,
        } as const;
        await bed.scheduler.stop();
        await bed.scheduler.schedule(bed.work.job, options);
        await bed.advance(10 * MINUTE);
        // No scheduler ran when it was made; those that start, and declare it, run it once in all.
        for (let starts = 0; starts < 3; starts++) {
          const scheduler = bed.newScheduler();
          await scheduler.schedule(bed.work.job, options);
          await scheduler.start();
          await bed.settle();
          await bed.started(0);
          await scheduler.stop();
          await bed.advance(MINUTE);
        }
        await bed.scheduler.start();
        await bed.advance(10 * MINUTE);
        await bed.idle();
        expect(await bed.ledger()).toEqual(['0 completed tick']);
      });
    }
  });
}
