import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LimitedWorld } from './limited-world.ts';
import { limits, operations } from './operation.ts';

/** How many sequences are tried, and for how many milliseconds at most. */
const RUNS = 150;
const TIME_LIMIT_MS = 15_000;

it('keeps limits whatever happens: load, lateness, pauses, kills, cancels, clears, other limits', async () => {
  const deadline = performance.now() + TIME_LIMIT_MS;
  let tried = 0;
  const property = fc.asyncProperty(limits, operations, async (first, sequence) => {
    if (performance.now() > deadline) return;
    tried += 1;
    const world = new LimitedWorld(first);
    try {
      await world.start();
      for (const operation of sequence) {
        await world.do(operation);
        expect(await world.idle(), operation.type).toEqual([]);
      }
      expect(await world.drain()).toEqual([]);
      expect(world.log.faults(world.calls)).toEqual([]);
    } finally {
      await world.close();
    }
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(tried).toBeGreaterThan(10);
});
