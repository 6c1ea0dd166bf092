/** How long one turn of the event loop may be used, in milliseconds. */
const TURN_MS = 10;

/** Yields to other work of the process during long work. */
export class Breath {
  #turnBegan = performance.now();
  #nextTurn: Promise<void> | undefined;

  /** Waits for the next turn of the event loop when this one has been used long enough. All callers share its time. */
  async take(): Promise<void> {
    while (performance.now() - this.#turnBegan > TURN_MS) {
      this.#nextTurn ??= new Promise((resolve) => {
        setImmediate(() => {
          this.#nextTurn = undefined;
          this.#turnBegan = performance.now();
          resolve();
        });
      });
      await this.#nextTurn;
    }
  }
}
