import { removeRan } from '../spec/ran-ticks.ts';
import type { ScheduleState } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import type { ScheduleChange } from '../store/change-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { PlannedRun } from './step.ts';

/** Removes runs whose jobs were not stored from a schedule: they do not count, and may be backfilled. */
export function withoutRuns(
  { spec, state }: StoredSchedule,
  dropped: readonly PlannedRun[],
): ScheduleChange {
  const timetable = timetableOf(spec);
  const own = dropped.filter(({ cause }) => cause !== 'backfill').length;
  const jobIds = new Set(dropped.map(({ job }) => job.id));
  let { ran } = state;
  for (const { tickAt } of dropped) ran = ran && removeRan(ran, tickAt, timetable);
  const changed: ScheduleState = {
    ...state,
    runsCount: state.runsCount - own,
    recent: state.recent.filter(({ jobId }) => !jobIds.has(jobId)),
    ...(ran !== undefined && { ran }),
  };
  if (state.ended?.reason !== 'max-runs') return { spec, state: changed };
  // It ended too early: the run that ended it does not count.
  const { ended: _, ...going } = changed;
  const tickAt = timetable.next(state.lastTickAt ?? state.createdAt);
  return tickAt === undefined ? { spec, state: changed } : { spec, state: { ...going, tickAt } };
}
