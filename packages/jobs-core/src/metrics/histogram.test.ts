import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.ts';

/** Draws durations over seven orders of magnitude, always the same. */
function durations(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return 10 ** ((state / 2 ** 31) * 7 - 1);
  });
}

function exact(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)] ?? Number.NaN;
}

describe('Histogram', () => {
  it('reads percentiles with a relative error of at most 2 %', () => {
    const values = durations(20_000, 7);
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    for (const fraction of [0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
      const error = (histogram.quantile(fraction) ?? 0) / exact(values, fraction) - 1;
      expect(Math.abs(error)).toBeLessThan(0.02);
    }
    expect(histogram.count).toBe(20_000);
  });

  it('merges to what one alone would have collected, also after a JSON round trip', () => {
    const values = durations(3_000, 11);
    const alone = new Histogram();
    const parts = [new Histogram(), new Histogram(), new Histogram()];
    for (const [index, value] of values.entries()) {
      alone.record(value);
      parts[index % 3]?.record(value);
    }
    const stored = parts.map((part) => JSON.parse(JSON.stringify(part.toData())));
    const merged = Histogram.from(...stored);
    expect(merged.toData().buckets).toEqual(alone.toData().buckets);
    expect(merged.count).toBe(alone.count);
    expect(merged.sum).toBeCloseTo(alone.sum, 3);
  });

  it('counts what is shorter than it can tell, and negative, as next to nothing', () => {
    const histogram = new Histogram();
    for (const value of [0, -5, 0.001]) histogram.record(value);
    expect(histogram.quantile(1)).toBeLessThan(0.01);
    expect(histogram.sum).toBeCloseTo(0.001);
  });

  it('counts values up to given bounds', () => {
    const histogram = new Histogram();
    for (const value of [1, 10, 10, 100, 1000]) histogram.record(value);
    expect(histogram.cumulative([0.5, 5, 50, 500, 5000])).toEqual([0, 1, 3, 4, 5]);
  });

  it('has no percentiles when empty', () => {
    expect(new Histogram().quantile(0.5)).toBeUndefined();
    expect(new Histogram().toData()).toEqual({ buckets: {}, sum: 0 });
  });

  it('stays small: a thousandfold range takes some 350 buckets', () => {
    const histogram = new Histogram();
    for (let value = 1; value < 1000; value += 0.1) histogram.record(value);
    expect(Object.keys(histogram.toData().buckets).length).toBeLessThan(360);
  });
});
