/** How often to read all that is due, in milliseconds: another process may have made something due before it. */
const READ_ALL_MS = 5_000;

/**
 * Remembers the due schedules at the front that a process leaves alone: other processes fire them, or it holds them
 * back. The next looks begin behind them, so that they need not be read each time.
 */
export class PassedOver {
  #cursor: string | undefined;
  #readAllAt = 0;

  /** When all that is due is read again; `undefined` where every look does. */
  get until(): number | undefined {
    return this.#cursor === undefined ? undefined : this.#readAllAt;
  }

  /** Begins a look; returns the place to start from, `undefined` for the first due schedule. */
  begin(now: number): string | undefined {
    if (now < this.#readAllAt && this.#cursor !== undefined) return this.#cursor;
    this.#cursor = undefined;
    // Not all processes at the same time.
    this.#readAllAt = now + READ_ALL_MS * (1 + Math.random() * 0.1);
    return undefined;
  }

  /** Passes over a page, up to its cursor, until one of its schedules is tried again. */
  pass(cursor: string, triedAt: number | undefined): void {
    this.#cursor = cursor;
    if (triedAt !== undefined) this.#readAllAt = Math.min(this.#readAllAt, triedAt);
  }

  /** Has the next look read all that is due. */
  forget(): void {
    this.#cursor = undefined;
  }
}
