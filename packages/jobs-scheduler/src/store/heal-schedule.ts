import { LATE_MS } from '../plan/due-ticks.ts';
import { hasRan } from '../spec/ran-ticks.ts';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import type { ScheduleState } from '../spec/schedule-state.ts';
import { timetableOf } from '../ticks/timetable-of.ts';

/** How many ticks that ran already are passed over at most. */
const MOST_PASSED = 1_000;

/**
 * Finds the tick that a schedule should fire next if it is waiting for a later one, as a host whose clock was
 * ahead can leave it. `undefined` for a schedule that is correct, also if `now` was read some seconds before the
 * schedule: another process may have skipped the ticks between.
 */
export function tickToHeal(
  spec: ScheduleSpec,
  state: ScheduleState,
  now: number,
): number | undefined {
  const { tickAt, ended, removed, leftovers } = state;
  if (spec.once || tickAt === undefined || tickAt <= now) return undefined;
  if ([ended, removed, leftovers].some((part) => part !== undefined)) return undefined;
  const timetable = timetableOf(spec);
  let found: number | undefined;
  let next = timetable.next(now);
  for (let passed = 0; next !== undefined && next < tickAt; passed++) {
    if (!hasRan(state.ran, next, (timing) => timetableOf({ timing }))) {
      found ??= next;
      if (next > now + LATE_MS) return found;
    }
    if (passed >= MOST_PASSED) return undefined;
    next = timetable.next(next);
  }
  return undefined;
}
