import { expect, it } from 'vitest';
import { ratios } from './compare.ts';

it('divides round by round, above 1 when the subject is better', () => {
  expect(ratios([200, 300], [100, 400], 'higher')).toEqual([2, 0.75]);
  expect(ratios([2, 3], [4, 3], 'lower')).toEqual([2, 1]);
});

it('calls a round even in which both are nothing, and leaves out those no ratio describes', () => {
  expect(ratios([0, 0, 5], [0, 5, 0], 'lower')).toEqual([1]);
});
