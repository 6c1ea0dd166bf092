import { expect, test } from 'vitest';
import { CallBatch } from './call-batch.ts';

function recording(): { batch: CallBatch<string, string>; sent: string[][] } {
  const sent: string[][] = [];
  const send = async (items: readonly string[]): Promise<string[]> => {
    sent.push([...items]);
    if (items.includes('bad')) throw new Error('refused');
    if (items.includes('taken')) throw new RangeError('refused as a whole');
    return items.map((item) => item.toUpperCase());
  };
  const batch = new CallBatch(send, (error) => error instanceof RangeError);
  return { batch, sent };
}

test('sends calls made together as one, and gives each its own answer', async () => {
  const { batch, sent } = recording();
  const answers = await Promise.all([batch.add(['a']), batch.add(['b', 'c'])]);
  expect(sent).toEqual([['a', 'b', 'c']]);
  expect(answers).toEqual([['A'], ['B', 'C']]);
});

test('sends calls made one after the other one by one', async () => {
  const { batch, sent } = recording();
  await batch.add(['a']);
  await batch.add(['b']);
  expect(sent).toEqual([['a'], ['b']]);
});

test('splits between calls, never within one', async () => {
  const { batch, sent } = recording();
  const calls = [600, 500, 1000, 1].map((count) =>
    Array.from({ length: count }, (_, i) => `${count}-${i}`),
  );
  const answers = await Promise.all(calls.map((items) => batch.add(items)));
  expect(sent.map(({ length }) => length)).toEqual([600, 500, 1000, 1]);
  expect(answers.map(({ length }) => length)).toEqual([600, 500, 1000, 1]);
});

test('refuses every call that was sent with one that fails', async () => {
  const { batch } = recording();
  const answers = await Promise.allSettled([batch.add(['a']), batch.add(['bad'])]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('sends calls one by one, in their order, when one of them was refused', async () => {
  const { batch, sent } = recording();
  const calls = [['a'], ['b', 'taken'], ['c']].map((items) => batch.add(items));
  const answers = await Promise.allSettled(calls);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(sent.slice(1)).toEqual([['a'], ['b', 'taken'], ['c']]);
});
