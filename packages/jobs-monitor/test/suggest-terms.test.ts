import { expect, test } from 'vitest';
import { suggestTerms } from '../client/suggest-terms.ts';

const known = {
  queues: ['emails', 'media files'],
  statuses: ['failed', 'completed'],
  names: ['send-email'],
};

test.each([
  ['st', ['status:']],
  ['status:', ['status:failed', 'status:completed']],
  ['status:failed', []],
  ['status:failed queue:', ['status:failed queue:emails', 'status:failed queue:"media files"']],
  ['error:"x y" -na', ['error:"x y" -name:']],
  ['name:s', ['name:send-email']],
  ['older:', ['older:15m', 'older:1h', 'older:24h', 'older:7d']],
  ['O', ['OR ']],
  ['error:', []],
])('%j goes on as %j', (text, suggestions) => {
  expect(suggestTerms(text, known)).toEqual(suggestions);
});

test('nothing typed suggests what can be', () => {
  expect(suggestTerms('', known)).toContain('status:');
});
