import { expect, it } from 'vitest';
import { needsWorker } from './needs-worker.ts';

const stats = { waiting: 0, active: 0 };

it.each([
  ['waiting', { stats: { ...stats, waiting: 1 } }, true],
  ['active', { stats: { ...stats, active: 1 } }, true],
  ['due in 15 minutes', { stats, nextDelayedMs: 15 * 60_000 }, true],
  ['due later', { stats, nextDelayedMs: 15 * 60_000 + 1 }, false],
  ['none', { stats }, false],
])('a queue needs a worker for a job that is %s: %j is %j', (_, facts, expected) => {
  expect(needsWorker(facts)).toBe(expected);
});
