import type { SnoozeReason } from '../contract/outcome.ts';

/** Tells how an attempt ended, once that is recorded: what `ctx.onEnd` gives its listeners. */
export interface AttemptEnd {
  /**
   * What became of the job.
   *
   * - `completed`, `failed` for good, `cancelled`.
   * - `retrying`: the attempt failed, another follows at {@link runAt}.
   * - `snoozed`: put back until {@link runAt} without using an attempt; {@link reason} says why.
   * - `lost`: another worker may run it; what this attempt did was not recorded.
   */
  readonly outcome: 'completed' | 'retrying' | 'failed' | 'cancelled' | 'snoozed' | 'lost';
  /** What decided it, where it did not complete and was not put back: also a timeout or a result that cannot be stored. */
  readonly error?: unknown;
  /** Why it was put back. */
  readonly reason?: SnoozeReason;
  /** When it runs again. */
  readonly runAt?: Date;
  /** When the attempt ended, in epoch milliseconds. */
  readonly endedAt: number;
  /** How long it took from its start, in milliseconds. */
  readonly durationMs: number;
}
