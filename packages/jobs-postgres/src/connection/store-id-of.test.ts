import { expect, it } from 'vitest';
import { storeIdOf } from './store-id-of.ts';

it.each([
  ['postgres://me:secret@one:5432/shop?ssl=true', 'one:5432/shop jobs'],
  [
    'postgres://me:secret@one,two:1/shop?target_session_attrs=read-write',
    'one:5432,two:1/shop jobs',
  ],
  ['postgres://one/shop', 'one:5432/shop jobs'],
  ['postgres:///shop?host=/tmp', '/shop jobs'],
  ['postgres://one:x/shop', undefined],
  [{ host: 'one' }, undefined],
])('names the database of %j', (target, id) => {
  expect(storeIdOf(target, 'jobs')).toBe(id);
});
