import { nextTurn } from './platform.ts';

/** The number of event-loop turns in a row that must pass without a sign of work. */
const QUIET_TURNS = 3;
/** The number of turns waited for at most, in case some code keeps itself busy for ever. */
const MAX_TURNS = 10_000;

/**
 * Lets promise chains run until nothing changes any more: waits for turns of the event loop, each of which drains all
 * microtasks, until several in a row have seen neither `activity()` change nor other code's `setImmediate` pending.
 * Takes microseconds. It does not wait for real timers or real I/O.
 */
export async function settle(activity: () => number): Promise<void> {
  let seen = activity();
  let quietTurns = 0;
  for (let turn = 0; turn < MAX_TURNS && quietTurns < QUIET_TURNS; turn++) {
    await nextTurn();
    const busy = process.getActiveResourcesInfo().includes('Immediate');
    const now = activity();
    quietTurns = busy || now !== seen ? 0 : quietTurns + 1;
    seen = now;
  }
}
