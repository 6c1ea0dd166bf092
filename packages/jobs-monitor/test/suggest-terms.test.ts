import { SEARCH_KEYS } from '@philjs/jobs-core/internal';
import { expect, test } from 'vitest';
import { SEARCH_KEYS as SUGGESTED } from '../client/search-keys.ts';
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
  ['failedA', ['failedAfter:']],
  ['-createdBefore:1', ['-createdBefore:15m', '-createdBefore:1h']],
  ['O', ['OR ']],
  ['error:', []],
])('%j goes on as %j', (text, suggestions) => {
  expect(suggestTerms(text, known)).toEqual(suggestions);
});

test('nothing typed suggests what can be', () => {
  expect(suggestTerms('', known)).toContain('status:');
});

test('the keys are those that core knows', () => {
  expect(SUGGESTED).toEqual(SEARCH_KEYS);
});
