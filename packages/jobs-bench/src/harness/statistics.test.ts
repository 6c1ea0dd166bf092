import { expect, it } from 'vitest';
import { geometricMean, quantile, ratios, slope, summarise } from './statistics.ts';

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

it('fits a line that one outlier does not tilt', () => {
  const points = Array.from({ length: 9 }, (_, x) => ({ x, y: x === 4 ? 1000 : 2 * x + 7 }));
  expect(slope(points)).toBe(2);
  expect(() => slope([{ x: 1, y: 1 }])).toThrow(RangeError);
});

it('divides round by round, above 1 when the subject is better', () => {
  expect(ratios([200, 300], [100, 400], 'higher')).toEqual([2, 0.75]);
  expect(ratios([2, 3], [4, 3], 'lower')).toEqual([2, 1]);
});

it('calls a round even in which both are nothing, and leaves out those no ratio describes', () => {
  expect(ratios([0, 0, 5], [0, 5, 0], 'lower')).toEqual([1]);
});
