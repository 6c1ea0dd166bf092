import { expect, it } from 'vitest';
import { fromOffset, toOffset } from './offset.ts';

it('gives times back as they were: long ago, far away, and parts of a millisecond', () => {
  const now = Date.now();
  for (const at of [0, 1, now, now + 0.5, now - 0.125, now + 30 * 86_400_000, 8.64e15]) {
    expect(fromOffset(toOffset(at))).toBe(at);
  }
});

it('makes small integers of the times of the next weeks', () => {
  const offset = toOffset(Date.now() + 20 * 86_400_000);
  expect(offset).toBeLessThan(2 ** 31);
});
