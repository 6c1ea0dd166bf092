/** How often a pause looks whether it is still wanted. */
const STEP_MS = 50;

/** Waits, but not longer than until `isOver`. */
export async function waitUnless(ms: number, isOver: () => boolean): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0 && !isOver(); left = until - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, STEP_MS)));
  }
}
