import { expect, it, vi } from 'vitest';
import { ProcessLag } from './process-lag.ts';

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

it('tells how late timers were since a time, while the process is blocked too', () => {
  const lag = new ProcessLag();
  const first = performance.now();
  block(200);
  expect(lag.since(first)).toBeGreaterThanOrEqual(170);
  const second = performance.now();
  block(400);
  expect(lag.since(second)).toBeGreaterThanOrEqual(370);
  expect(lag.since(performance.now() + 60_000)).toBe(0);
  lag.stop();
});

it('leaves out the time in which a test blocked the process', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const lag = new ProcessLag();
  now = 1000;
  lag.leaveOut();
  expect(lag.since(0)).toBe(0);
  now = 1500;
  expect(lag.since(0)).toBe(480);
  lag.stop();
});
