import type { SnoozeReason } from '../contract/outcome.ts';

/** Describes how an attempt ended, once that is recorded: `ctx.onEnd` passes it to its listeners. */
export interface AttemptEnd {
  /**
   * The result for the job.
   *
   * - `completed`, `failed` for good, `cancelled`.
   * - `retrying`: the attempt failed, another follows at {@link runAt}.
   * - `snoozed`: put back until {@link runAt} without using an attempt; {@link reason} says why.
   * - `lost`: another worker may run it; the outcome of this attempt was not recorded.
   */
  readonly outcome: 'completed' | 'retrying' | 'failed' | 'cancelled' | 'snoozed' | 'lost';
  /**
   * The error that decided it, if the job neither completed nor was put back: also a timeout or a result that cannot
   * be stored.
   */
  readonly error?: unknown;
  /** Why the job was put back. */
  readonly reason?: SnoozeReason;
  /** When the job runs again. */
  readonly runAt?: Date;
  /** When the attempt ended, in epoch milliseconds. */
  readonly endedAt: number;
  /** How long it took from its start, in milliseconds. */
  readonly durationMs: number;
}
