import { describe, expect, it } from 'vitest';
import { settle, TestClock } from '../../test/test-clock.ts';
import type { MetricsBucket, MetricsStore } from '../contract/metrics-store.ts';
import { Histogram } from './histogram.ts';
import { MetricsRecorder } from './metrics-recorder.ts';

function recorder(record?: MetricsStore['record']) {
  const clock = new TestClock(Date.UTC(2026, 0, 1));
  const stored: MetricsBucket[] = [];
  const errors: unknown[] = [];
  const store: MetricsStore = {
    record: record ?? (async ({ buckets }) => void stored.push(...buckets)),
    read: async () => stored,
    clear: async () => undefined,
  };
  return {
    clock,
    stored,
    errors,
    metrics: new MetricsRecorder(store, clock, (e) => errors.push(e)),
  };
}

describe('MetricsRecorder', () => {
  it('gives counts and durations to the store about once a second, per name and minute', async () => {
    const { clock, stored, metrics } = recorder();
    const minute = clock.now();
    metrics.ended('a', 'completed', clock.now(), 50, 10);
    metrics.ended('a', 'retried', clock.now(), 150, 10);
    metrics.ended('b', 'failed', clock.now(), 0, 10);
    metrics.count('b', 'stalled');
    await clock.advance(999);
    expect(stored).toEqual([]);
    await clock.advance(1);
    expect(stored).toMatchObject([
      { minute, name: 'a', counts: { completed: 1, retried: 1 } },
      { minute, name: 'b', counts: { failed: 1, stalled: 1 } },
    ]);
    const wait = Histogram.from(stored[0]!.wait);
    expect([wait.count, wait.sum]).toEqual([2, 200]);
  });

  it('sets no timer while there is nothing to give', async () => {
    const { clock, metrics } = recorder();
    expect(clock.pending).toBe(0);
    metrics.count('a', 'completed');
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });

  it('keeps minutes apart', async () => {
    const { clock, stored, metrics } = recorder();
    const minute = clock.now();
    await clock.advance(59_500);
    metrics.count('a', 'completed');
    await clock.advance(600);
    metrics.count('a', 'completed');
    await metrics.flush();
    expect(stored.map((bucket) => bucket.minute)).toEqual([minute, minute + 60_000]);
  });

  it('reports a store that fails, never rejects, and goes on', async () => {
    let calls = 0;
    const { clock, errors, metrics } = recorder(async () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
    });
    metrics.count('a', 'completed');
    await metrics.flush();
    metrics.count('a', 'completed');
    await clock.advance(1000);
    expect([calls, errors.length]).toEqual([2, 1]);
  });

  it('writes one after the other', async () => {
    const running: string[] = [];
    let finish = (): void => undefined;
    const { metrics } = recorder(async ({ buckets }) => {
      running.push(buckets[0]!.name);
      await new Promise<void>((resolve) => (finish = resolve));
    });
    metrics.count('a', 'completed');
    void metrics.flush();
    metrics.count('b', 'completed');
    const both = metrics.flush();
    await settle();
    expect(running).toEqual(['a']);
    finish();
    await settle();
    expect(running).toEqual(['a', 'b']);
    finish();
    await both;
  });
});
