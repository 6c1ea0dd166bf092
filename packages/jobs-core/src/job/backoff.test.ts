import { describe, expect, it, vi } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { backoffDelay, DEFAULT_BACKOFF } from './backoff.ts';

const DAY = 86_400_000;

describe('backoffDelay', () => {
  it('doubles from one second by default, up to a day', () => {
    const waits = [1, 2, 3, 4].map((attempt) => backoffDelay(DEFAULT_BACKOFF, attempt, undefined));
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    for (const attempt of [30, 1000, 5000]) {
      expect(backoffDelay(DEFAULT_BACKOFF, attempt, undefined)).toBe(DAY);
    }
  });

  it('stays the same when fixed, and nothing stays nothing', () => {
    for (const attempt of [1, 7, 5000]) {
      expect(backoffDelay({ type: 'fixed', delay: 300 }, attempt, undefined)).toBe(300);
      expect(backoffDelay({ type: 'exponential', delay: 0 }, attempt, undefined)).toBe(0);
    }
  });

  it('waits no longer than `maxDelay`', () => {
    const backoff = { type: 'exponential', delay: 100, maxDelay: 250 } as const;
    expect([1, 2, 3].map((attempt) => backoffDelay(backoff, attempt, undefined))).toEqual([
      100, 200, 250,
    ]);
  });

  it('leaves `jitter` of the wait to chance, and only shortens it', () => {
    const backoff = { type: 'fixed', delay: 1000, jitter: 0.2 } as const;
    const random = vi.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(1);
    expect(backoffDelay(backoff, 1, undefined)).toBe(1000);
    expect(backoffDelay(backoff, 1, undefined)).toBe(800);
    random.mockRestore();
    const waits = Array.from({ length: 1000 }, () => backoffDelay(backoff, 1, undefined) as number);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(800);
    expect(new Set(waits).size).toBeGreaterThan(50);
  });

  it('asks a function, with the attempt and what failed it', () => {
    const error = new Error('x');
    expect(backoffDelay((attempt, thrown) => (thrown === error ? attempt * 10 : 0), 3, error)).toBe(
      30,
    );
    expect(backoffDelay(() => false, 1, error)).toBe(false);
    expect(backoffDelay(() => 0.3, 1, error)).toBe(1);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '5s', undefined, true, Promise.resolve(1)])(
    'refuses %s from a function',
    (answer) => {
      expect(refusalOf(() => backoffDelay(() => answer as never, 1, undefined))).toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
      });
    },
  );
});
