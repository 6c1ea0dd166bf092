import type { TickCounter, TickEntry } from '@philjs/jobs-core/backend';
import { LATE_MS } from '../plan/due-ticks.ts';
import type { Timetable } from '../ticks/timetable.ts';
import { type SkipReason, type TickDetail, tickDetail } from './tick-detail.ts';

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
    ...(isMissed(entry, detail) && { ticksMissed: ticks }),
  };
}

/** Returns whether skipped ticks were missed: none is in a pause, or for a payload that was tried again and again. */
function isMissed(
  { tickAt }: TickEntry,
  { reason, decidedAt }: Extract<TickDetail, { status: 'skipped' }>,
): boolean {
  if (reason === 'paused' || reason === 'payload') return false;
  return reason === 'catch-up' || decidedAt - tickAt > LATE_MS;
}
