import { expect, test } from 'vitest';
import { percentText } from './number.ts';

test.each([
  [0, '0 %'],
  [1 / 100_000, '<0.1 %'],
  [0.0012, '0.1 %'],
  [0.099, '9.9 %'],
  [0.2, '20 %'],
  [0.994, '99.4 %'],
  [300 / 301, '99.7 %'],
  [0.99999, '99.9 %'],
  [1, '100 %'],
])('writes the share %d as %s: only all as all, and only none as none', (share, text) => {
  expect(percentText(share)).toBe(text);
});
