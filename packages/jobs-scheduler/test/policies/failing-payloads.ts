import { describe, expect } from 'vitest';
import type { PayloadTick } from '../../src/index.ts';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { HOUR, MINUTE, minuteOf, T0 } from '../support/work.ts';

const fails = (): never => {
  throw new Error('no luck');
};

/** Functions for payloads that throw, hang or take long. */
export function failingPayloads(kind: BedKind): void {
  const test = withBed(kind);

  describe('a payload that cannot be computed', () => {
    test('lets its tick be skipped for that, not as one that was missed', async (bed) => {
      const options = { cron: '0 * * * *', payload: fails } as const;
      await bed.scheduler.schedule(bed.work.job, { ...options, id: 'none', catchUp: 'skip' });
      await bed.scheduler.schedule(bed.work.job, { ...options, id: 'each', catchUp: 'all' });
      await bed.advance(HOUR + MINUTE);
      expect(bed.errors.splice(0)).toHaveLength(10);
      expect(await bed.ledger('none')).toEqual(['60 skipped payload']);
      expect(await bed.ledger('each')).toEqual(['60 skipped payload']);
    });

    test('is given up after five tries, also where the schedule is run by hand meanwhile', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '0 * * * *', payload: fails });
      await bed.advance(HOUR);
      for (let second = 0; second < 20; second += 2) {
        await bed.scheduler.trigger('work', { payload: { of: 'hand' } });
        await bed.advance(2_000);
      }
      expect(bed.errors.splice(0)).toHaveLength(5);
      const ticks = (await bed.ledger()).filter((line) => !line.endsWith('trigger'));
      expect(ticks).toEqual(['60 skipped payload']);
    });

    test('holds up no later tick, also where ticks come faster than it is tried', async (bed) => {
      const of = ({ scheduledAt }: PayloadTick): { of: string } =>
        scheduledAt.getTime() < T0 + 30_000 ? fails() : { of: 'work' };
      await bed.scheduler.schedule(bed.work.job, { every: 1000, payload: of });
      await bed.advance(MINUTE);
      bed.errors.splice(0);
      expect((await bed.ledger())[0]).toBe(`${1 / 60} skipped payload`);
      await bed.until('it runs', () => bed.work.started.length > 0);
    });

    test('of a backfill that runs one tick after the other skips it, and holds up nothing', async (bed) => {
      const of = ({ scheduledAt }: PayloadTick): { of: string } =>
        minuteOf(scheduledAt) === -2 ? fails() : { of: 'work' };
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: of });
      const range = { from: T0 - 3 * MINUTE, to: T0 - MINUTE, overlap: 'buffer-all' } as const;
      expect(await bed.scheduler.backfill('work', range)).toHaveLength(3);
      await bed.started(-3);
      // The next one is tried by the clock once this one has ended.
      await bed.idle();
      await bed.advance(MINUTE);
      await bed.started(-3, -1, 1);
      await bed.idle();
      expect(bed.errors.splice(0)).toHaveLength(5);
      expect(await bed.ledger()).toEqual([
        '-3 completed backfill',
        '-2 skipped payload',
        '-1 completed backfill',
        '1 completed tick',
      ]);
    });

    test('is waited for by `stop` for a moment only, and its tick stays due', async (bed) => {
      let asked = 0;
      const hangs = (): Promise<never> => {
        asked += 1;
        return new Promise(() => undefined);
      };
      const options = { cron: '* * * * *', catchUp: 'one', maxRuns: 1 } as const;
      await bed.scheduler.schedule(bed.work.job, { ...options, payload: hangs });
      await bed.advance(MINUTE);
      await bed.until('it was asked', () => asked === 1);
      let isStopped = false;
      const stopping = bed.scheduler.stop().then(() => {
        isStopped = true;
      });
      await bed.advance(5_000);
      await bed.until('it stopped', () => isStopped);
      await stopping;
      expect(bed.errors).toEqual([]);
      const other = bed.newScheduler();
      await other.schedule(bed.work.job, { ...options, payload: { of: 'own' } });
      await other.start();
      await bed.started(1);
    });
  });

  describe('a payload that takes long', () => {
    test('makes its tick late, in the ledger and for the job', async (bed) => {
      let answer: ((payload: { of: string }) => void) | undefined;
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        maxRuns: 1,
        payload: () => new Promise<{ of: string }>((resolve) => (answer = resolve)),
      });
      await bed.advance(MINUTE + 20_000);
      await bed.until('it was asked', () => answer !== undefined);
      answer?.({ of: 'late' });
      await bed.started(1);
      await bed.idle();
      const [run] = await bed.scheduler.getJobHistory('work');
      expect(run).toMatchObject({ status: 'completed', cause: 'tick', latenessMs: 20_000 });
      const job = await bed.queue.getJob(run!.jobId!);
      expect(job?.createdAt).toEqual(run?.firedAt);
    });
  });
}
