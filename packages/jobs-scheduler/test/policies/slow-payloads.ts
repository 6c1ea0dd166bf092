import { describe, expect } from 'vitest';
import type { PayloadTick } from '../../src/index.ts';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, minuteOf, T0 } from '../support/work.ts';

const cron = '* * * * *';

/** Declares a schedule whose first payload waits; returns what lets it go on, and how often one was asked for. */
async function declareSlow(bed: TestBed): Promise<{ asked: () => number; answer: () => void }> {
  let asked = 0;
  let answer: (() => void) | undefined;
  const payload = async ({ scheduledAt }: PayloadTick): Promise<{ of: string }> => {
    asked += 1;
    const number = asked;
    if (number === 1) await new Promise<void>((resolve) => (answer = resolve));
    return { of: `${minuteOf(scheduledAt)}, asked ${number}` };
  };
  await bed.scheduler.schedule(bed.work.job, { cron, payload, catchUp: 'skip' });
  return { asked: () => asked, answer: () => answer?.() };
}

const payloads = (bed: TestBed): string[] =>
  bed.work.started.map(({ payload }) => (payload as { of: string }).of).sort();

/** Payloads that take long, while the schedule changes. */
export function slowPayloads(kind: BedKind): void {
  const test = withBed(kind);

  describe('a payload that takes long', () => {
    test('is used for its tick although a run by hand came first', async (bed) => {
      const { asked, answer } = await declareSlow(bed);
      await bed.advance(MINUTE);
      await bed.until('it was asked for', () => asked() === 1);
      await bed.scheduler.trigger('work', { payload: { of: 'by hand' } });
      // By now the tick would be missed, had it not been found in time.
      await bed.advance(20_000);
      answer();
      await bed.until('both have run', () => bed.work.started.length === 2);
      expect(payloads(bed)).toEqual(['1, asked 1', 'by hand']);
      expect((await bed.ledger('work'))[0]).toMatch(/^1 \w+ tick$/);
    });

    test('is used for a backfill although a run by hand came first', async (bed) => {
      const { asked, answer } = await declareSlow(bed);
      const filling = bed.scheduler.backfill('work', { from: T0, to: T0 });
      await bed.until('it was asked for', () => asked() === 1);
      await bed.scheduler.trigger('work', { payload: { of: 'by hand' } });
      answer();
      expect(await filling).toHaveLength(1);
      await bed.until('both have run', () => bed.work.started.length === 2);
      expect(payloads(bed)).toEqual(['0, asked 1', 'by hand']);
    });

    test('is used for a run by hand although a tick came first', async (bed) => {
      const { asked, answer } = await declareSlow(bed);
      await bed.advance(45_000);
      const triggered = bed.scheduler.trigger('work');
      await bed.until('it was asked for', () => asked() === 1);
      await bed.advance(20_000);
      await bed.started(1);
      answer();
      await triggered;
      await bed.until('both have run', () => bed.work.started.length === 2);
      expect(payloads(bed)).toEqual(['0.75, asked 1', '1, asked 2']);
    });

    test('is not used when the schedule was declared with another function', async (bed) => {
      const { asked, answer } = await declareSlow(bed);
      await bed.advance(MINUTE);
      await bed.until('it was asked for', () => asked() === 1);
      const payload = (): { of: string } => ({ of: 'new' });
      await bed.scheduler.schedule(bed.work.job, { cron, payload, jitter: 1 });
      answer();
      await bed.until('it has run', () => bed.work.started.length === 1);
      expect(payloads(bed)).toEqual(['new']);
    });
  });
}
