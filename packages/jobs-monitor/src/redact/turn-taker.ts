/** For how long work may go on before other work of the process gets its turn, in milliseconds. */
const TURN_MS = 8;

/** Shares the event loop: long work asks it again and again whether others should come first. */
export class TurnTaker {
  #since = performance.now();

  /** Lets other work of the process run, once this has gone on for its share. */
  async take(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#since = performance.now();
  }
}
