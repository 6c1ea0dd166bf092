/** Asks for one start under a limit. */
export interface TakeParams {
  /** The key the limit counts by; shared by all callers that use the same key on this queue. */
  readonly key: string;
  /** How many starts are allowed in any window of {@link per} milliseconds. */
  readonly max: number;
  /** The length of the window in milliseconds. */
  readonly per: number;
  /** The caller's time in epoch milliseconds; a store with a clock of its own uses that instead. */
  readonly now: number;
}

/**
 * Hands out starts under limits, to all processes together. Each call reserves a slot, in order: `slot(n) = max(now,
 * slot(n − max) + per)`, so no window of `per` milliseconds ever holds more than `max` slots. A caller that has to
 * wait knows when its reservation is due and need not call again.
 */
export interface RateLimiter {
  /** Reserves the next slot and returns the time until it in milliseconds: 0 means start now. */
  take(params: TakeParams): Promise<{ readonly waitMs: number }>;
  /**
   * Gives back a reserved slot that is still to come, so that another call may have it; does nothing for a slot that
   * is not reserved. A store that does not record reservations with jobs may lack it: its unneeded reservations pass
   * unused.
   */
  giveBack?(params: { readonly key: string; readonly at: number }): Promise<void>;
}
