import { expect, it } from 'vitest';
import { refusalOf } from '../../test/code-of.ts';
import { checkId, checkName } from './check-name.ts';

it.each(['a', 'send-email', 'Größe', '发送', 'a:b{c}', 'n'.repeat(200)])(
  'takes the name %s',
  (name) => {
    expect(checkName('name', name)).toBe(name);
  },
);

it('says where the name of a definition is', () => {
  expect(() => checkName('name', { name: 'send-email' })).toThrow('`send-email`');
});

it.each(['a', '42', 'a:b', '../../etc', ' ', '\u0000', '🙂'.repeat(128)])(
  'takes the id %j',
  (id) => {
    expect(checkId('id', id)).toBe(id);
  },
);

it.each(['', 'x'.repeat(257), 42, null, undefined, {}])('refuses the id %j', (id) => {
  expect(refusalOf(() => checkId('id', id))).toEqual({
    code: 'JOBS_INVALID_ARGUMENT',
    field: 'id',
  });
});
