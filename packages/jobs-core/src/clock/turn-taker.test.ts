import { expect, it, vi } from 'vitest';
import { TurnTaker } from './turn-taker.ts';

/** Works for longer than a turn lasts. */
function work(): void {
  const until = performance.now() + 10;
  while (performance.now() < until);
}

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
    const taker = new TurnTaker();
    for (let part = 0; part < 3; part += 1) {
      work();
      await taker.take();
      turns.push(round);
    }
  };
  await Promise.all(Array.from({ length: 10 }, long));
  isOver = true;
  expect(new Set(turns).size).toBe(turns.length);
});

it('is stopped by no timers that a test replaces', async () => {
  const taker = new TurnTaker();
  work();
  vi.useFakeTimers({ toFake: ['setImmediate'] });
  const turn = taker.take();
  // Its timer is set once those before it in line have had their turn.
  for (let step = 0; step < 10; step += 1) await Promise.resolve();
  vi.useRealTimers();
  await turn;
  const next = new TurnTaker();
  work();
  await next.take();
});
