import { expect, it, vi } from 'vitest';
import { takeTurn } from './turn.ts';

/** Works for longer than a turn lasts. */
function work(): void {
  const until = performance.now() + 10;
  while (performance.now() < until);
}

const nextRound = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets others run between the turns of many that work at the same time', async () => {
  let round = 0;
  let isOver = false;
  const count = (): void => {
    round += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const turns: number[] = [];
  const long = async (): Promise<void> => {
    for (let part = 0; part < 3; part += 1) {
      await takeTurn();
      turns.push(round);
      work();
    }
  };
  await takeTurn();
  work();
  await Promise.all(Array.from({ length: 10 }, long));
  isOver = true;
  expect(new Set(turns).size).toBe(turns.length);
});

it('gives all that do little the same turn', async () => {
  await takeTurn();
  work();
  let rounds = 0;
  let isDone = false;
  const count = (): void => {
    rounds += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(Array.from({ length: 100 }, takeTurn));
  isDone = true;
  expect(rounds).toBeLessThan(10);
});

it('begins again with each turn of the event loop', async () => {
  await nextRound();
  expect(takeTurn()).toBeUndefined();
  work();
  expect(takeTurn()).toBeInstanceOf(Promise);
  await nextRound();
  expect(takeTurn()).toBeUndefined();
});

it('is stopped by no timers that a test replaces', async () => {
  await takeTurn();
  work();
  vi.useFakeTimers({ toFake: ['setImmediate'] });
  const turn = takeTurn();
  // Its timer is set once those before it in line have had their turn.
  for (let step = 0; step < 10; step += 1) await Promise.resolve();
  vi.useRealTimers();
  await turn;
  work();
  await takeTurn();
});
