import { expect, it } from 'vitest';
import { copyJson } from './copy-json.ts';

it('copies deeply what is JSON', () => {
  const value = { a: [1, { b: null }], c: 'text', d: false };
  const copy = copyJson(value);
  expect(copy).toStrictEqual(value);
  expect(copy).not.toBe(value);
  expect(copy.a[1]).not.toBe(value.a[1]);
});

it.each([undefined, null, 0, '', false])('answers %j with itself', (value) => {
  expect(copyJson(value)).toBe(value);
});
