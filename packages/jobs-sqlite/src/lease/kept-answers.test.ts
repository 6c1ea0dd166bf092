import type { ExchangeParams } from '@philjs/jobs-core/backend';
import { expect, test } from 'vitest';
import { KeptAnswers } from './kept-answers.ts';

const call = (holder: string, now: number): ExchangeParams =>
  ({ holder, sequence: 1, now, leaseMs: 1_000 }) as ExchangeParams;
const answer = { refused: [], stalled: [], jobs: [], now: 0 };

test('forgets the holders that made no call for the length of a lease when another one comes', () => {
  const answers = new KeptAnswers();
  answers.keep(call('gone', 0), answer);
  answers.keep(call('late', 500), answer);
  answers.keep(call('new', 999), answer);
  expect(answers.find(call('gone', 999))).toMatchObject({ sequence: 1 });
  answers.keep(call('newer', 1_000), answer);
  const known = ['gone', 'late', 'new', 'newer'].map((holder) => answers.find(call(holder, 1_000)));
  expect(known.map((one) => one !== undefined)).toEqual([false, true, true, true]);
});
