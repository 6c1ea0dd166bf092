import type { AddResult, NewJob } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { AddBatch } from './add-batch.ts';

const job = (id: string): NewJob => ({ id }) as NewJob;
const added = ({ id }: NewJob): AddResult => ({ id, outcome: 'added' });

function recording(): { batch: AddBatch; sent: string[][] } {
  const sent: string[][] = [];
  const batch = new AddBatch(async (jobs) => {
    sent.push(jobs.map(({ id }) => id));
    if (jobs.some(({ id }) => id === 'bad')) throw new Error('refused');
    return jobs.map(added);
  });
  return { batch, sent };
}

test('sends calls made together as one, and gives each its own answer', async () => {
  const { batch, sent } = recording();
  const answers = await Promise.all([batch.add([job('a')]), batch.add([job('b'), job('c')])]);
  expect(sent).toEqual([['a', 'b', 'c']]);
  expect(answers.map((results) => results.map(({ id }) => id))).toEqual([['a'], ['b', 'c']]);
});

test('sends calls made one after the other one by one', async () => {
  const { batch, sent } = recording();
  await batch.add([job('a')]);
  await batch.add([job('b')]);
  expect(sent).toEqual([['a'], ['b']]);
});

test('splits between calls, never within one', async () => {
  const { batch, sent } = recording();
  const calls = [600, 500, 1000, 1].map((count) =>
    Array.from({ length: count }, (_, i) => job(`${count}-${i}`)),
  );
  const answers = await Promise.all(calls.map((jobs) => batch.add(jobs)));
  expect(sent.map(({ length }) => length)).toEqual([600, 500, 1000, 1]);
  expect(answers.map(({ length }) => length)).toEqual([600, 500, 1000, 1]);
});

test('refuses every call that was sent with one that fails', async () => {
  const { batch } = recording();
  const answers = await Promise.allSettled([batch.add([job('a')]), batch.add([job('bad')])]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
