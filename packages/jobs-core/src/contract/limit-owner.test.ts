import { expect, it } from 'vitest';
import {
  limitOwner,
  sharedKey,
  sharedOwner,
  splitKey,
  strictKey,
  strictOf,
} from './limit-owner.ts';

it('takes the owner of a key from the key, or else from the job', () => {
  expect(limitOwner('call', undefined)).toBe('call');
  expect(limitOwner('call', '')).toBe('call');
  expect(limitOwner('call', 'key')).toBe('call');
  expect(limitOwner('call', sharedKey('api'))).toBe(sharedOwner('api'));
  expect(limitOwner('call', sharedKey('api', 'key'))).toBe(sharedOwner('api'));
});

it.each(['key', '', '\u0001', 'a\u0001b', 'a\0b', '\ud800', 'json:"x"'])(
  'gives back the parts of a shared key that ends with %j, in a text without NUL',
  (key) => {
    const shared = sharedKey('api', key);
    expect(splitKey(shared)).toEqual({ limit: 'api', key });
    expect(shared).not.toContain('\0');
    expect(shared.isWellFormed()).toBe(true);
    expect(limitOwner('call', shared)).toBe(sharedOwner('api'));
  },
);

it('splits a key without a shared limit, and a limit without a key', () => {
  expect(splitKey('key')).toEqual({ key: 'key' });
  expect(splitKey(sharedKey('api'))).toEqual({ limit: 'api' });
});

it.each(['continue', 'hold'] as const)('says by its end that a key is strict: %s', (onFailure) => {
  for (const key of ['key', 'a\0b', '\ud800', sharedKey('api', 'key')]) {
    const strict = strictKey(key, onFailure);
    expect(strictOf(strict)).toBe(onFailure);
    expect(strictOf(key)).toBeUndefined();
    expect(splitKey(strict)).toEqual(splitKey(key));
    expect(limitOwner('call', strict)).toBe(limitOwner('call', key));
    expect(strict).not.toContain('\0');
  }
  expect(strictOf(undefined)).toBeUndefined();
});
