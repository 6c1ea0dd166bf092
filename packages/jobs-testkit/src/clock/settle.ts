/** Taken before any test replaces it. */
const nextTurn: (callback: () => void) => unknown = globalThis.setImmediate;

/** How many turns of the event loop in a row must pass without a sign of work. */
const QUIET_TURNS = 3;
/** How many turns are waited for at most, should something keep itself busy for ever. */
const MAX_TURNS = 10_000;

/**
 * Lets promise chains run until nothing moves any more: waits turns of the event loop, each of which
 * drains all microtasks, until several in a row have seen neither `activity()` change nor somebody's
 * `setImmediate` pending. Takes microseconds. What waits for real timers or real I/O is not waited
 * for, since nothing tells when that is over.
 */
export async function settle(activity: () => number): Promise<void> {
  let seen = activity();
  let quietTurns = 0;
  for (let turn = 0; turn < MAX_TURNS && quietTurns < QUIET_TURNS; turn++) {
    const busy = await turnWasBusy();
    const now = activity();
    quietTurns = busy || now !== seen ? 0 : quietTurns + 1;
    seen = now;
  }
}

/** Waits one turn; answers whether somebody else is waiting for another one. */
function turnWasBusy(): Promise<boolean> {
  return new Promise((resolve) => {
    nextTurn(() => resolve(process.getActiveResourcesInfo().includes('Immediate')));
  });
}
