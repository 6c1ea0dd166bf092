import type { EndReason } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import { skipped } from './due-ticks.ts';
import { Step } from './step.ts';

/**
 * Ends a pause: notes the ticks during the pause as skipped, except those that a backfill ran, and continues
 * with the first tick after it.
 */
export function pausedStep(schedule: StoredSchedule, now: number, process: string): Step {
  const { spec } = schedule;
  const step = new Step(schedule, now, process);
  const { state } = step;
  delete state.paused;
  state.failures = 0;
  for (const leftover of state.leftovers ?? []) {
    skipAll(step, leftover, leftover.tickAt, leftover.until);
  }
  delete state.leftovers;
  delete state.decidedUpTo;
  const { tickAt } = state;
  if (tickAt === undefined || tickAt > now || state.ended !== undefined) return step;
  const last = skipAll(step, spec, tickAt, now);
  delete state.tickAt;
  if (last !== undefined) state.lastTickAt = last;
  const next = timetableOf(spec).next(now);
  if (next !== undefined) state.tickAt = next;
  else if (state.buffered === undefined) {
    const reason: EndReason = spec.endAt === undefined ? 'no-more-ticks' : 'end-date';
    state.ended = { at: now, reason };
  }
  return step;
}

/** Skips the ticks of a period that did not run; returns the last tick of the period. */
function skipAll(
  step: Step,
  times: Parameters<typeof timetableOf>[0],
  from: number,
  to: number,
): number | undefined {
  const timetable = timetableOf(times);
  const last = timetable.latest(1, from, to).at(-1);
  if (last === undefined) return undefined;
  for (const { first, until } of skipped(timetable, from, last)) {
    if (!step.hasRan(first)) step.skip(first, 'paused', until);
  }
  return last;
}
