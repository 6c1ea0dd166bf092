import { expect, it } from 'vitest';
import { keyIn, readStoredKey, storedKeyOf } from './key-scope.ts';

it.each([
  ['send', 'ada', 'name'],
  ['send', '4:send:ada', 'name'],
  ['send', ':ada', 'queue'],
  ['send', '4:send:ada', 'queue'],
  ['a:b', '', 'name'],
] as const)('reads what it stored of %j, %j, %j', (name, key, scope) => {
  expect(readStoredKey(storedKeyOf(key, name, scope), name)).toEqual({ key, scope });
  expect(keyIn(storedKeyOf(key, name, scope))).toBe(key);
});

it.each(['ada', '5', '5:ada', '3:ada', ''])(
  'leaves the key %j that BullMQ stored as it is',
  (key) => {
    expect(keyIn(key)).toBe(key);
  },
);

it('tells names and keys apart that read alike', () => {
  expect(storedKeyOf('c', 'a:b', 'name')).not.toBe(storedKeyOf('b:c', 'a', 'name'));
  expect(storedKeyOf('a:c', 'a', 'queue')).not.toBe(storedKeyOf('c', 'a', 'name'));
});
