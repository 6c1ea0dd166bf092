import { outsideRan } from '../spec/ran-ticks.ts';
import type { Timing } from '../spec/schedule-spec.ts';
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
  const leftovers = state.leftovers ?? [];
  for (const leftover of leftovers.filter(({ immediately }) => !immediately)) {
    skipAll(step, leftover, leftover.tickAt, leftover.until, leftover.timing);
  }
  delete state.leftovers;
  // It is no tick: it was asked for when the schedule was made.
  const asked = leftovers.filter(({ immediately }) => immediately);
  if (asked.length > 0) state.leftovers = asked;
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

/** Skips the ticks of a period that did not run, at the current times or at earlier ones; returns its last tick. */
function skipAll(
  step: Step,
  times: Parameters<typeof timetableOf>[0],
  from: number,
  to: number,
  earlier?: Timing,
): number | undefined {
  const timetable = timetableOf(times);
  // One line may stand for many ticks, but for none that a backfill ran in the pause.
  for (const [start, end] of outsideRan(step.state.ran, from, to, earlier)) {
    const first = timetable.next(start - 1);
    const last = timetable.latest(1, start, end).at(-1);
    // Behind the last tick that ran there may be none.
    if (first === undefined || last === undefined) continue;
    for (const line of skipped(timetable, first, last)) {
      if (line.until !== undefined || !step.hasRan(line.first)) {
        step.skip(line.first, 'paused', line.until);
      }
    }
  }
  return timetable.latest(1, from, to).at(-1);
}
