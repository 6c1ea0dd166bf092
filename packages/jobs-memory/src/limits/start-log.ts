/** Says how many starts are allowed in any window. */
interface Rate {
  readonly max: number;
  readonly per: number;
}

/**
 * Records the latest starts under one rate limit: all within the window, and at least as many as one window may hold.
 * It counts actual starts, so a change of the limit takes effect immediately.
 */
export class StartLog {
  /** Ascending; the first {@link #skipped} are forgotten. */
  readonly #starts: number[] = [];
  #skipped = 0;

  /** The last start. */
  get lastAt(): number | undefined {
    return this.#starts.length > this.#skipped ? this.#starts.at(-1) : undefined;
  }

  /** Records a start, and forgets those that no longer matter. */
  add(now: number, { max, per }: Rate): void {
    this.#keepPast(now);
    this.#starts.push(now);
    const starts = this.#starts;
    const spare = starts.length - max;
    while (this.#skipped < spare && (starts[this.#skipped] as number) + per <= now) {
      this.#skipped += 1;
    }
    // Moves the rest only once half of the array is unused.
    if (this.#skipped * 2 <= starts.length) return;
    starts.splice(0, this.#skipped);
    this.#skipped = 0;
  }

  /** Removes a start that did not take place. */
  remove(at: number): void {
    const index = this.#starts.lastIndexOf(at);
    if (index >= this.#skipped) this.#starts.splice(index, 1);
  }

  /** Returns when the next start is allowed: `now` or before, if it is allowed already. */
  opensAt(now: number, { max, per }: Rate): number {
    this.#keepPast(now);
    const starts = this.#starts;
    if (starts.length - this.#skipped < max) return now;
    return (starts[starts.length - max] as number) + per;
  }

  /**
   * Moves all starts into the past after the clock was set back; otherwise a limit would hold until the clock catches
   * up.
   */
  #keepPast(now: number): void {
    const lead = (this.#starts.at(-1) ?? now) - now;
    if (lead <= 0) return;
    for (let index = 0; index < this.#starts.length; index++) {
      this.#starts[index] = (this.#starts[index] as number) - lead;
    }
  }
}
