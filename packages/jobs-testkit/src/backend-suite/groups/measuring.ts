import { Histogram, type MetricsBucket, type MetricsStore } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendGroup } from '../backend-group.ts';

const MINUTE = 60_000;

function histogram(...durations: readonly number[]): ReturnType<Histogram['toData']> {
  const collected = new Histogram();
  for (const duration of durations) collected.record(duration);
  return collected.toData();
}

function bucket(minute: number, name: string, run: readonly number[]): MetricsBucket {
  return {
    minute,
    name,
    counts: { completed: run.length, failed: 1 },
    wait: histogram(5),
    run: histogram(...run),
  };
}

/** The measurements of workers are merged over processes. */
export const measuring: BackendGroup = {
  title: 'measuring',
  needs: 'metrics',
  tests: (test) => {
    test('merges what several processes measured by adding', async (trial) => {
      const stores = [await trial.open(), await trial.open()].map(
        ({ metrics }) => metrics as MetricsStore,
      );
      const [one, other] = stores as [MetricsStore, MetricsStore];
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE;
      await one.record({ buckets: [bucket(minute, 'mail', [10, 20])] });
      await other.record({
        buckets: [bucket(minute, 'mail', [20, 40]), bucket(minute, 'bill', [7])],
      });
      await one.record({ buckets: [{ ...bucket(minute, 'mail', []), counts: { stalled: 1 } }] });
      const found = await other.read({ from: minute, to: minute + MINUTE });
      expect(found.map(({ name }) => name)).toEqual(['bill', 'mail']);
      expect(found[1]?.counts).toEqual({ completed: 4, failed: 2, stalled: 1 });
      expect(found[1]?.run.buckets).toEqual(histogram(10, 20, 20, 40).buckets);
      expect(found[1]?.run.sum).toBeCloseTo(90);
      expect(found[1]?.wait.sum).toBeCloseTo(15);
      expect(found[1]).not.toHaveProperty('lateness');
    });

    test('reads the minutes asked for, by minute and name', async (trial) => {
      const { metrics } = await trial.open();
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE - 5 * MINUTE;
      const buckets = [2, 0, 1, 3].flatMap((n) => [
        bucket(minute + n * MINUTE, 'b', [1]),
        bucket(minute + n * MINUTE, 'a', [1]),
      ]);
      await metrics?.record({ buckets });
      const found = await metrics?.read({ from: minute + MINUTE, to: minute + 3 * MINUTE });
      expect(found?.map((each) => [(each.minute - minute) / MINUTE, each.name])).toEqual([
        [1, 'a'],
        [1, 'b'],
        [2, 'a'],
        [2, 'b'],
      ]);
    });

    test('keeps minutes for a day, and none for ever', async (trial) => {
      const { metrics } = await trial.open();
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE;
      const [day, days] = [23 * 60 + 59, 3 * 24 * 60].map((count) => minute - count * MINUTE);
      for (const at of [days, day, minute]) {
        await metrics?.record({ buckets: [bucket(at as number, 'mail', [1])] });
      }
      const found = await metrics?.read({ from: 0, to: minute + MINUTE });
      expect(found?.map((each) => each.minute)).toEqual([day, minute]);
    });

    test('merges how late schedules fired', async (trial) => {
      const { metrics } = await trial.open();
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE;
      const late = (...ms: readonly number[]): MetricsBucket => ({
        ...bucket(minute, 'tick', []),
        lateness: histogram(...ms),
      });
      await metrics?.record({ buckets: [late(100)] });
      await metrics?.record({ buckets: [late(100, 300)] });
      const [found] = (await metrics?.read({ from: minute, to: minute + 1 })) ?? [];
      expect(found?.lateness?.buckets).toEqual(histogram(100, 100, 300).buckets);
    });

    test('merges what became of the ticks of schedules', async (trial) => {
      const { metrics } = await trial.open();
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE;
      const counted = (counts: MetricsBucket['counts']): MetricsBucket => ({
        ...bucket(minute, 'tick', []),
        counts,
      });
      const first = { ticksFired: 2, ticksMissed: 5, ticksSkippedCatchUp: 4 };
      const second = { ticksFired: 1, ticksSkippedOverlap: 3, ticksSkippedPayload: 1 };
      await metrics?.record({ buckets: [counted(first), counted({ ticksSkippedPaused: 1440 })] });
      await metrics?.record({ buckets: [counted({ ...second, ticksSkippedDeduplicated: 1 })] });
      const [found] = (await metrics?.read({ from: minute, to: minute + 1 })) ?? [];
      expect(found?.counts).toEqual({
        ...first,
        ...second,
        ticksFired: 3,
        ticksSkippedPaused: 1440,
        ticksSkippedDeduplicated: 1,
      });
    });

    test('takes names of any characters, and fractions of milliseconds', async (trial) => {
      const { metrics } = await trial.open();
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE;
      const name = 'a:b|{c} 👩‍🚀 __proto__';
      await metrics?.record({
        buckets: [bucket(minute, name, [0.25]), bucket(minute, '__proto__', [1])],
      });
      const found = (await metrics?.read({ from: minute, to: minute + 1 })) ?? [];
      expect(found.map((each) => each.name).sort()).toEqual(['__proto__', name]);
      expect(found.find((each) => each.name === name)?.run.sum).toBeCloseTo(0.25);
    });

    test('forgets everything when cleared', async (trial) => {
      const { metrics } = await trial.open();
      const minute = Math.floor(trial.time.now() / MINUTE) * MINUTE;
      await metrics?.record({ buckets: [bucket(minute, 'a', [1])] });
      await metrics?.clear();
      expect(await metrics?.read({ from: 0, to: minute + MINUTE })).toEqual([]);
    });
  },
};
