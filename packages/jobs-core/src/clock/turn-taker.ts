/** How long work may block the event loop before other work of the process runs, in milliseconds. */
const TURN_MS = 8;

/** Shares the event loop: long work calls it regularly so that other work can run. */
export class TurnTaker {
  #since = performance.now();

  /** Lets other work of the process run if the caller has used up its share of time. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#since = performance.now();
  }
}
