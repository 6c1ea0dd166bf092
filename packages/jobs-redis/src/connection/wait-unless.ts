import { setTimeout as sleep } from 'node:timers/promises';

/** How often a wait checks `isOver`, in milliseconds. */
const STEP_MS = 50;

/** Waits for a time in milliseconds, or until `isOver` returns true. */
export async function waitUnless(ms: number, isOver: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0 && !isOver(); left = until - performance.now()) {
    await sleep(Math.min(left, STEP_MS));
  }
}
