/** How long work may block the event loop before other work of the process runs, in milliseconds. */
const TURN_MS = 8;

/** That of the platform: a test that replaces it for a while would otherwise stop the line for good. */
const { setImmediate: goRound } = globalThis;

/** When long work began in this turn of the event loop, if any did. */
let beganAt: number | undefined;
/** The turn of the last in line. */
let last: Promise<void> = Promise.resolve();

/**
 * Shares the event loop: long work calls it regularly so that other work can run. However much long work there is at the
 * same time, each gets its turn, and together they use no more of the event loop than one does.
 */
export function takeTurn(): Promise<void> | undefined {
  if (!isOver()) return undefined;
  last = last.then(nextTurn);
  return last;
}

/** Waits for another turn of the event loop, unless those before in line have left some of this one. */
function nextTurn(): Promise<void> | undefined {
  if (!isOver()) return undefined;
  return new Promise((resolve) => {
    goRound(() => {
      isOver();
      resolve();
    });
  });
}

/** Returns whether long work has used up this turn of the event loop. Begins one that no long work has used yet. */
function isOver(): boolean {
  if (beganAt !== undefined) return performance.now() - beganAt >= TURN_MS;
  beganAt = performance.now();
  goRound(() => {
    beganAt = undefined;
  });
  return false;
}
