import { describe, expect, it } from 'vitest';
import { fairNumber, MAX_AGE_MS, NO_DEADLINE, placeOf } from './place-of.ts';

const job = { priority: 5, arrivedAt: 1_000_000 };

describe('the place of a job', () => {
  it('is its priority alone where the arrival or the turn of its key decides', () => {
    expect(placeOf({ policy: 'fifo' }, job)).toEqual([-5, 0]);
    expect(placeOf({ policy: 'fair' }, { ...job, priority: 0 })).toEqual([0, 0]);
  });

  it('is an earlier arrival for a higher priority, by 30 days at most', () => {
    const ageing = { policy: 'ageing', agePerPriority: 1000 } as const;
    expect(placeOf(ageing, job)).toEqual([0, 995_000]);
    expect(placeOf(ageing, { ...job, priority: -5 })).toEqual([0, 1_005_000]);
    expect(placeOf(ageing, { ...job, priority: 1e6 })).toEqual([0, 1_000_000 - 1e9]);
    const long = { policy: 'ageing', agePerPriority: MAX_AGE_MS } as const;
    expect(placeOf(long, job)).toEqual([0, 1_000_000 - MAX_AGE_MS]);
  });

  it('is its deadline within its priority, and last without one', () => {
    const order = { deadlineAt: 7 };
    expect(placeOf({ policy: 'deadline' }, { ...job, order })).toEqual([-5, 7]);
    expect(placeOf({ policy: 'deadline' }, job)).toEqual([-5, NO_DEADLINE]);
  });

  it('moves on by less, the higher the weight is', () => {
    expect(fairNumber(3)).toBe(4);
    expect(fairNumber(3, { weight: 4 })).toBe(3.25);
  });
});
