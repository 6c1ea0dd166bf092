/** How long one turn of the event loop may be used. */
const TURN_MS = 10;

/** Lets other work of the process have its turn while there is much to do. */
export class Breath {
  #turnBegan = performance.now();
  #nextTurn: Promise<void> | undefined;

  /** Waits for another turn when this one has been used for long enough. Many may wait; they share its time. */
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
