import { expect, it } from 'vitest';
import { suggestionFor } from './suggestion.ts';

const names = ['attempts', 'backoff', 'delay', 'timeout', 'id', 'cron', 'name'];

it.each([
  ['atempts', 'attempts'],
  ['ATTEMPTS', 'attempts'],
  ['timeOut', 'timeout'],
  ['dely', 'delay'],
  ['backof', 'backoff'],
  ['dealy', 'delay'],
  ['tiemout', 'timeout'],
  ['crno', 'cron'],
  ['naem', 'name'],
])('suggests for %s the word that was meant', (word, meant) => {
  expect(suggestionFor(word, names)).toBe(meant);
});

it.each(['', 'x', 'colour', 'x'.repeat(10_000)])(
  'suggests nothing for what resembles none',
  (word) => {
    expect(suggestionFor(word, names)).toBeUndefined();
  },
);

it('knows words of other systems', () => {
  expect(suggestionFor('Retries', names, new Map([['retries', 'attempts']]))).toBe('attempts');
});
