import { expect, it } from 'vitest';
import { tally } from './tally.ts';

it('resolves when a number have been counted, at once if they have been already', async () => {
  const counted = tally();
  let reached = false;
  const two = counted.reached(2).then(() => {
    reached = true;
  });
  counted.count();
  await Promise.resolve();
  expect(reached).toBe(false);
  counted.count();
  await two;
  await counted.reached(1);
});

it('tells those who wait, and those who come later, why there will be no more', async () => {
  const counted = tally();
  const waiting = counted.reached(1);
  counted.fail(new Error('over'));
  await expect(waiting).rejects.toThrow('over');
  await expect(counted.reached(1)).rejects.toThrow('over');
});
