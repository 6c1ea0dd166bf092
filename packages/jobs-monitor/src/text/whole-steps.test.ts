import { expect, test } from 'vitest';
import { wholeSteps } from './whole-steps.ts';

test.each([
  [
    [4, 6, 5, 1],
    [4, 6, 5, null],
  ],
  [
    [0, 0, 3],
    [0, 0, 3],
  ],
  [[2], [2]],
  [[], []],
])('the step under way is left out, unless there is no other: %j', (counts, drawn) => {
  expect(wholeSteps(counts)).toEqual(drawn);
});
