/** Asks for one start under a limit. */
export interface TakeParams {
  /** What the limit is counted by; shared by everybody who uses the same key on this queue. */
  readonly key: string;
  /** How many starts are allowed in any window of {@link per} milliseconds. */
  readonly max: number;
  /** The length of the window in milliseconds. */
  readonly per: number;
  /** The caller's time in epoch milliseconds; a store with a clock of its own uses that instead. */
  readonly now: number;
}

/**
 * Hands out starts under limits, to all processes together. Each call reserves a slot, in order:
 * `slot(n) = max(now, slot(n − max) + per)`, so no window of `per` milliseconds ever holds more
 * than `max` slots, and whoever is put off knows when its turn is and need not ask again.
 */
export interface RateLimiter {
  /** Reserves the next slot and returns how far off it is in milliseconds: 0 means go ahead. */
  take(params: TakeParams): Promise<{ readonly waitMs: number }>;
  /**
   * Gives a reserved slot back that is still to come, so that another call may have it; changes nothing for a slot
   * that is not reserved. A store that keeps no jobs by their turns may lack it: what it reserved then passes unused.
   */
  giveBack?(params: { readonly key: string; readonly at: number }): Promise<void>;
}
