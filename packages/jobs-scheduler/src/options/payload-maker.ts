import type { FireCause } from '../history/tick-detail.ts';

/** Describes the tick that a payload is computed for. */
export interface PayloadTick {
  /** The schedule. */
  readonly scheduleId: string;
  /** The time the tick is planned for; for `trigger`, the time of the call. */
  readonly scheduledAt: Date;
  /** Why it is fired. */
  readonly cause: FireCause;
  /** How many ticks of the schedule are fired with this one; absent for `trigger` and `backfill`. */
  readonly number?: number;
}

/**
 * Computes the payload of each tick when it is fired. It may be called more than once for a tick, and in more than one
 * process; the payload of one call is used.
 */
export type PayloadMaker<TPayload> = (tick: PayloadTick) => TPayload | Promise<TPayload>;
