import { expect, test } from 'vitest';
import { MASK } from '../redact/redact-text.ts';
import { maskedSearch } from './masked-search.ts';

test.each(['payload.tokens:x', 'payload.tokens[0]:x', 'tokens[0][1]:x', 'payload.user.tokens.0:x'])(
  'masks what %j looks for, also in a list',
  (search) => {
    const hides = (path: readonly string[]): boolean => path.includes('tokens');
    expect(maskedSearch(search, hides)).toBe(search.replace(':x', `:${MASK}`));
    expect(maskedSearch(search.replace('tokens', 'orders'), hides)).toContain(':x');
  },
);
