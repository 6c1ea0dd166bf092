import { expect, it } from 'vitest';
import { CountingClock } from './counting-clock.ts';

it('counts timers that are set, that fire and that are cleared', () => {
  const callbacks: (() => void)[] = [];
  const cleared: unknown[] = [];
  const clock = new CountingClock({
    now: () => 5,
    setTimeout: (callback) => callbacks.push(callback),
    clearTimeout: (handle) => cleared.push(handle),
  });
  let fired = 0;
  clock.setTimeout(() => fired++, 10);
  const second = clock.setTimeout(() => fired++, 20);
  expect([clock.now(), clock.set, clock.pending]).toEqual([5, 2, 2]);
  callbacks[0]?.();
  clock.clearTimeout(second);
  expect([fired, clock.set, clock.pending]).toEqual([1, 2, 0]);
  expect(cleared).toEqual([second]);
});
