import { isDeepStrictEqual } from 'node:util';
import { invalidArgument, JobsError } from '@philjs/jobs-core';
import type { ScheduleSpec, Timing } from '../spec/schedule-spec.ts';
import type { ScheduleState } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import type { Timetable } from '../ticks/timetable.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { ScheduleChange } from './change-schedule.ts';

/** Says what is declared. */
export interface Declaration {
  readonly id: string;
  readonly spec: ScheduleSpec;
  readonly now: number;
  /** Whether the schedule of another job may be replaced. */
  readonly replaces: boolean;
}

/**
 * Works out what declaring a schedule changes. The same declaration again changes nothing, so that
 * any number of processes may make it whenever they start. When it ticks at other times it starts
 * anew from now; a pause, the runs so far and the ledger stay.
 *
 * @throws JobsError `JOBS_CONFLICT` when the id is another job's, `JOBS_INVALID_ARGUMENT` when it
 * would never tick
 */
export function declareSchedule(
  { id, spec, now, replaces }: Declaration,
  stored: StoredSchedule | undefined,
): ScheduleChange | undefined {
  const isOther = stored !== undefined && stored.spec.job.name !== spec.job.name;
  if (isOther && !replaces) throw taken(id, stored.spec.job.name, spec.job.name);
  if (stored === undefined || isOther) {
    return { spec, state: firstState(spec, timetableOf(spec), now) };
  }
  const kept = { ...spec, timing: keepAnchor(spec, stored.spec) };
  if (isDeepStrictEqual(kept, stored.spec)) return undefined;
  return { spec: kept, state: nextState(kept, stored, now) };
}

/** Counts an interval that did not change from where it was counted before. */
function keepAnchor(declared: ScheduleSpec, stored: ScheduleSpec): Timing {
  const [after, before] = [declared.timing, stored.timing];
  const same =
    after.kind === 'every' && before.kind === 'every' && after.everyMs === before.everyMs;
  return same && declared.startAt === stored.startAt ? before : after;
}

function firstState(spec: ScheduleSpec, timetable: Timetable, now: number): ScheduleState {
  const tickAt = timetable.next(ticksAfter(spec, now));
  if (tickAt === undefined) throw neverTicks(spec);
  return { createdAt: now, tickAt, runsCount: 0, recent: [], failures: 0 };
}

function nextState(
  spec: ScheduleSpec,
  { spec: before, state }: StoredSchedule,
  now: number,
): ScheduleState {
  const sameTimes =
    isDeepStrictEqual(spec.timing, before.timing) &&
    spec.startAt === before.startAt &&
    spec.endAt === before.endAt;
  if (sameTimes && spec.maxRuns === before.maxRuns) return state;
  const { tickAt: pending, ended, ...rest } = state;
  if (sameTimes && pending !== undefined && hasRunsLeft(spec, state)) return state;
  const after = ticksAfter(spec, now);
  const tickAt = timetableOf(spec).next(Math.max(after, state.lastTickAt ?? after));
  if (tickAt === undefined && ended === undefined && !sameTimes) throw neverTicks(spec);
  if (tickAt !== undefined && hasRunsLeft(spec, state)) return { ...rest, tickAt };
  return {
    ...rest,
    ended: ended ?? { at: now, reason: hasRunsLeft(spec, state) ? 'no-more-ticks' : 'max-runs' },
  };
}

/** The time after which the first tick of what is declared now lies. */
function ticksAfter({ timing, startAt, once }: ScheduleSpec, now: number): number {
  // A schedule that is to run once and is late already runs at once.
  if (once) return Number.MIN_SAFE_INTEGER;
  if (startAt !== undefined && startAt >= now) return startAt - 1;
  return timing.kind === 'at' ? now - 1 : now;
}

function hasRunsLeft({ maxRuns }: ScheduleSpec, { runsCount }: ScheduleState): boolean {
  return maxRuns === undefined || runsCount < maxRuns;
}

function taken(id: string, before: string, after: string): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    `Expected schedule \`${id}\` to be of job \`${after}\`, but it is of job \`${before}\`. ` +
      'Give one of them another `id`, remove the old one, or declare all with `sync`.',
    { details: { field: 'id', scheduleId: id, jobName: before } },
  );
}

function neverTicks({ timing }: ScheduleSpec): JobsError {
  return invalidArgument(
    timing.kind,
    'such that it ticks in the future, between `startDate` and `endDate` if they are given',
    givenBy(timing),
  );
}

function givenBy(timing: Timing): unknown {
  switch (timing.kind) {
    case 'cron':
      return timing.cron;
    case 'every':
      return timing.everyMs;
    case 'at':
      return timing.times.length === 1 ? new Date(timing.times[0] ?? 0) : timing.times;
  }
}
