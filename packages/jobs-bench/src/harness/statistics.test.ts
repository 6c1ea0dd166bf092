import { expect, it } from 'vitest';
import { geometricMean, quantile, summarise } from './statistics.ts';

it('interpolates quantiles between neighbours', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
  expect(quantile([7], 0.99)).toBe(7);
});

it('leaves the samples in their order', () => {
  const samples = [3, 1, 2];
  quantile(samples, 0.5);
  expect(samples).toEqual([3, 1, 2]);
});

it('summarises by median and quartiles, which one disturbed round does not move', () => {
  expect(summarise([1, 2, 3, 4, 1000])).toEqual({ median: 3, low: 2, high: 4 });
});

it('lets twice as fast and half as fast cancel out', () => {
  expect(geometricMean([2, 0.5])).toBeCloseTo(1);
});

it('has no quantile and no mean of nothing', () => {
  expect(() => quantile([], 0.5)).toThrow(RangeError);
  expect(() => geometricMean([])).toThrow(RangeError);
});
