import type { TickCounter, TickEntry } from '@philjs/jobs-core/backend';
import type { Timetable } from '../ticks/timetable.ts';
import { type SkipReason, tickDetail } from './tick-detail.ts';

const SKIPPED: { readonly [reason in SkipReason]: TickCounter } = {
  overlap: 'ticksSkippedOverlap',
  'catch-up': 'ticksSkippedCatchUp',
  paused: 'ticksSkippedPaused',
  deduplicated: 'ticksSkippedDeduplicated',
  payload: 'ticksSkippedPayload',
};

/**
 * Counts what an entry of the ledger says of ticks. Runs by hand and backfilled ticks do not count: no tick fired
 * them. A line that stands for many ticks counts all of them.
 */
export function tickCounts(
  entry: TickEntry,
  timetable: Timetable,
): { readonly [counter in TickCounter]?: number } {
  const detail = tickDetail(entry);
  if (detail?.status === 'fired') {
    if (detail.cause === 'trigger' || detail.cause === 'backfill') return {};
    return { ticksFired: 1, ...(detail.cause === 'catch-up' && { ticksMissed: 1 }) };
  }
  if (detail?.status !== 'skipped') return {};
  const { until } = detail;
  const ticks = until === undefined ? 1 : Math.max(1, timetable.count(entry.tickAt, until));
  return {
    [SKIPPED[detail.reason]]: ticks,
    ...(detail.reason === 'catch-up' && { ticksMissed: ticks }),
  };
}
