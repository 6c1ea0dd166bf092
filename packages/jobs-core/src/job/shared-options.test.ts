import { describe, expect, it } from 'vitest';
import { MAX_DURATION_MS } from '../check/argument.ts';
import { DEFAULT_RETENTION, resolveRetention } from './shared-options.ts';

const standard = DEFAULT_RETENTION.completed;

describe('resolveRetention', () => {
  it.each([
    [undefined, standard],
    [false, standard],
    [{}, standard],
    [{ age: undefined, count: undefined }, standard],
    [true, { ageMs: 0, count: 0 }],
    [0, { ageMs: MAX_DURATION_MS, count: 0 }],
    [5, { ageMs: MAX_DURATION_MS, count: 5 }],
    [{ count: 5 }, { ageMs: MAX_DURATION_MS, count: 5 }],
    [{ age: 1000 }, { ageMs: 1000, count: Number.MAX_SAFE_INTEGER }],
    [
      { age: 1000, count: 5 },
      { ageMs: 1000, count: 5 },
    ],
  ])('makes of %j the limits %j', (option, limits) => {
    expect(resolveRetention(option, standard)).toEqual(limits);
  });

  it('keeps a day of completed and cancelled and a week of failed jobs when nothing is said', () => {
    expect(DEFAULT_RETENTION).toEqual({
      completed: { ageMs: 24 * 3_600_000, count: 1000 },
      failed: { ageMs: 7 * 24 * 3_600_000, count: 10_000 },
      cancelled: { ageMs: 24 * 3_600_000, count: 1000 },
    });
  });
});
