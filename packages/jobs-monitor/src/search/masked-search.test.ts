import { createRedactor, MASK } from '@philjs/jobs-core/redact';
import { expect, test } from 'vitest';
import { maskedSearch } from './masked-search.ts';

test.each(['payload.tokens:x', 'payload.tokens[0]:x', 'tokens[0][1]:x', 'payload.user.tokens.0:x'])(
  'masks what %j looks for, also in a list',
  (search) => {
    const hides = (path: readonly string[]): boolean => path.includes('tokens');
    expect(maskedSearch(search, hides)).toBe(search.replace(':x', `:${MASK}`));
    expect(maskedSearch(search.replace('tokens', 'orders'), hides)).toContain(':x');
  },
);

test.each([
  'error:"iban=DE8912"',
  'payload.note:"iban: DE8912"',
  '-payload.note:iban=DE8912',
  'iban=DE8912',
])('masks what follows the name of a hidden field in %j', (search) => {
  const { hides } = createRedactor(['iban', 'name']);
  const masked = maskedSearch(`name:send-email ${search} since:1h`, hides);
  expect(masked).not.toContain('DE8912');
  expect(masked).toMatch(/^name:send-email \S*"?iban.*since:1h$/);
});
