import { expect, test } from 'vitest';
import { checkQueueName, keyPrefix } from './queue-name.ts';

test.each(['a:b', '{a}', 'a}', ':'])('refuses %j as the name of a queue', (name) => {
  expect(() => checkQueueName(name)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});

test('puts a prefix in braces, unless it has some or is to stay as it is', () => {
  expect(keyPrefix(undefined, undefined)).toBe('{philjs}');
  expect(keyPrefix('shop', undefined)).toBe('{shop}');
  expect(keyPrefix('shop-{a}', true)).toBe('shop-{a}');
  expect(keyPrefix('bull', false)).toBe('bull');
});

test.each([
  ['', true],
  [1, true],
  ['a', 'yes'],
  ['x'.repeat(201), true],
])('refuses the prefix %j with hashTag %j', (prefix, hashTag) => {
  expect(() => keyPrefix(prefix, hashTag)).toThrow(
    expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
  );
});
