/** How long work may block the event loop before other work of the process runs, in milliseconds. */
const TURN_MS = 8;

/** That of the platform: a test that replaces it for a while would otherwise stop the line for good. */
const { setImmediate: goRound } = globalThis;

/** The turn of the last in line. */
let last: Promise<void> = Promise.resolve();

/**
 * Shares the event loop: long work calls it regularly so that other work can run. However much long work there is at the
 * same time, the event loop goes round between any two turns.
 */
export class TurnTaker {
  #since = performance.now();

  /** Lets other work of the process run if the caller has used up its share of time. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    last = last.then(
      () =>
        new Promise((resolve) => {
          goRound(resolve);
        }),
    );
    await last;
    this.#since = performance.now();
  }
}
