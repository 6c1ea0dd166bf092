import { describe, expect, it } from 'vitest';
import { MAX_DURATION_MS } from '../check/argument.ts';
import { DEFAULT_RETENTION, resolveRetention, retentionOf } from './shared-options.ts';

const MANY = Number.MAX_SAFE_INTEGER;
const standard = DEFAULT_RETENTION.completed;

describe('resolveRetention', () => {
  it.each([
    [undefined, standard],
    [false, standard],
    [{}, standard],
    [{ age: undefined, count: undefined }, standard],
    [true, { ageMs: 0, count: 0 }],
    [0, { ageMs: MAX_DURATION_MS, count: 0, total: 10_000 }],
    [5, { ageMs: MAX_DURATION_MS, count: 5, total: 10_000 }],
    [50_000, { ageMs: MAX_DURATION_MS, count: 50_000, total: 50_000 }],
    [{ count: 5 }, { ageMs: MAX_DURATION_MS, count: 5, total: 10_000 }],
    [{ age: 1000 }, { ageMs: 1000, count: MANY, total: MANY }],
    [
      { age: 1000, count: 5 },
      { ageMs: 1000, count: 5, total: 10_000 },
    ],
  ])('makes of %j the limits %j', (option, limits) => {
    expect(resolveRetention(option, standard)).toEqual(limits);
  });

  it('keeps a day of completed and cancelled and a week of failed jobs when nothing is said', () => {
    expect(DEFAULT_RETENTION).toEqual({
      completed: { ageMs: 24 * 3_600_000, count: 1000, total: 10_000 },
      failed: { ageMs: 7 * 24 * 3_600_000, count: 10_000, total: 100_000 },
      cancelled: { ageMs: 24 * 3_600_000, count: 1000, total: 10_000 },
    });
  });

  it('keeps over all names as much as the job that asks for most', () => {
    const kept = retentionOf({ removeOnFail: 7 }, [
      { removeOnComplete: 50_000 },
      { removeOnComplete: true, removeOnCancel: 2 },
    ]);
    expect(kept).toEqual({
      completed: { ...DEFAULT_RETENTION.completed, total: 50_000 },
      failed: { ageMs: MAX_DURATION_MS, count: 7, total: 100_000 },
      cancelled: DEFAULT_RETENTION.cancelled,
    });
  });
});
