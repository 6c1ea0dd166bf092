import { expect, it } from 'vitest';
import { partsOf } from './placeholders.ts';

it('cuts at each placeholder, with its value as often as it is there', () => {
  expect(partsOf('f($2::text, $10, $2)', ['a', 'b', 3, 4, 5, 6, 7, 8, 9, 'j'])).toEqual({
    parts: ['f(', '::text, ', ', ', ')'],
    ordered: ['b', 'j', 'b'],
  });
});

it('leaves quoted names whole', () => {
  expect(partsOf('"a $1 "" $2".f($1)', ['a'])).toEqual({
    parts: ['"a $1 "" $2".f(', ')'],
    ordered: ['a'],
  });
});
