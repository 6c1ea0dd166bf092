import { describe, expect, it } from 'vitest';
import { limitsOf } from './limits-of.ts';

const key = (): string => 'k';

describe('the limits of a definition', () => {
  it.each([
    [{}, undefined],
    [{ concurrency: 5 }, { concurrency: 5 }],
    [{ concurrency: { max: 1, key } }, { concurrencyPerKey: 1 }],
    [{ concurrency: [20, { max: 1, key }] as const }, { concurrency: 20, concurrencyPerKey: 1 }],
    [{ rateLimit: { max: 3, per: 50, key } }, { rate: { max: 3, per: 50 } }],
    [
      { concurrency: 2, rateLimit: { max: 3, per: 50 } },
      { concurrency: 2, rate: { max: 3, per: 50 } },
    ],
  ])('of %j are %j', (options, limits) => {
    expect(limitsOf(options)).toEqual(limits);
  });
});
