import type { MetricsCounter } from '@philjs/jobs-core/backend';
import type { Tally } from './tally.ts';

/** The reasons why a tick was skipped, with their counters. */
export const SKIPPED: readonly (readonly [reason: TickSkipReason, counter: MetricsCounter])[] = [
  ['overlap', 'ticksSkippedOverlap'],
  ['catch-up', 'ticksSkippedCatchUp'],
  ['paused', 'ticksSkippedPaused'],
  ['deduplicated', 'ticksSkippedDeduplicated'],
  ['payload', 'ticksSkippedPayload'],
];

/**
 * Names why a tick was skipped: `overlap`, an earlier run had not ended; `catch-up`, it was missed and its schedule
 * does not catch it up; `paused`; `deduplicated`, another job holds the key; `payload`, its payload could not be made.
 */
export type TickSkipReason = 'overlap' | 'catch-up' | 'paused' | 'deduplicated' | 'payload';

/** Says what became of the ticks of schedules. */
export interface TickMetrics {
  /** How many fired a job. */
  readonly fired: number;
  /** How many were found more than ten seconds late; each of them was fired or skipped then. */
  readonly missed: number;
  /** How many were skipped, by reason. */
  readonly skipped: { readonly [reason in TickSkipReason]: number };
}

/** Reads what became of ticks; `undefined` when there were none. */
export function tickMetrics(tally: Tally): TickMetrics | undefined {
  const [fired, missed] = [tally.count('ticksFired'), tally.count('ticksMissed')];
  const skipped = Object.fromEntries(
    SKIPPED.map(([reason, counter]) => [reason, tally.count(counter)]),
  ) as TickMetrics['skipped'];
  const all = Object.values(skipped).reduce((sum, count) => sum + count, fired + missed);
  return all === 0 ? undefined : { fired, missed, skipped };
}
