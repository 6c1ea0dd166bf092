import { isDeepStrictEqual } from 'node:util';
import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { comparable } from '../spec/job-template.ts';
import { changeTimes } from '../spec/ran-ticks.ts';
import type { ScheduleSpec, Timing } from '../spec/schedule-spec.ts';
import type { Leftover, ScheduleState } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { ScheduleChange } from './change-schedule.ts';
import { tickToHeal } from './heal-schedule.ts';

/** Describes a declaration. */
export interface Declaration {
  readonly id: string;
  readonly spec: ScheduleSpec;
  readonly now: number;
  /** Whether the schedule of another job may be replaced. */
  readonly replaces: boolean;
  /** Whether a schedule that never ticks again is accepted; it then counts as ended. */
  readonly acceptsPast?: boolean;
  /** Whether one that is new runs once now. */
  readonly immediately?: boolean;
  /** Whether no payload was given at all. */
  readonly isWithoutPayload?: boolean;
  /** The edition to change; refused when the stored edition is another. */
  readonly edition?: number;
}

/**
 * Computes what declaring a schedule changes. The same declaration again changes nothing, so that
 * any number of processes may make it whenever they start. When its times change, ticks that are already due at
 * the old times are settled by its policy, and it ticks at the new times from now on; a pause, the runs so far and
 * the ledger stay.
 *
 * @throws JobsError `JOBS_CONFLICT` when the id belongs to another job or the edition differs,
 * `JOBS_INVALID_ARGUMENT` when it would never tick
 */
export function declareSchedule(
  declaration: Declaration,
  stored: StoredSchedule | undefined,
): ScheduleChange | undefined {
  const { id, spec, now, replaces } = declaration;
  const known = stored?.state.removed === undefined ? stored : undefined;
  checkEdition(declaration, known);
  checkComputed(declaration, known);
  const isOther = stored !== undefined && stored.spec.job.name !== spec.job.name;
  if (isOther && known !== undefined && !replaces) {
    throw taken(id, stored.spec.job.name, spec.job.name);
  }
  if (stored === undefined) return { spec, state: firstState(declaration) };
  const edition = (stored.state.edition ?? 1) + 1;
  if (isOther) return { spec, state: { ...firstState(declaration), edition } };
  const kept = keepParts(spec, stored);
  if (stored.state.removed !== undefined) {
    const { removed: _, ...state } = stored.state;
    const back = nextState(declaration, kept, { ...stored, state });
    return { spec: kept, state: restart({ ...back, edition }, kept, now) };
  }
  if (isDeepStrictEqual(kept, stored.spec)) {
    const tickAt = tickToHeal(kept, stored.state, now);
    return tickAt === undefined ? undefined : { spec: kept, state: { ...stored.state, tickAt } };
  }
  return { spec: kept, state: { ...nextState(declaration, kept, stored), edition } };
}

/**
 * Keeps the anchor of an interval that did not change, and the owner of the schedule; a schedule that `sync` removed
 * has no owner any more.
 */
function keepParts(
  declared: ScheduleSpec,
  { spec: stored, state: { removed } }: StoredSchedule,
): ScheduleSpec {
  const owned = declared.declared ?? (removed === undefined ? stored.declared : undefined);
  const isSameOwner =
    stored.declared !== undefined && declared.declared?.owner === stored.declared.owner;
  const isSameJob = isDeepStrictEqual(comparable(declared.job), comparable(stored.job));
  return {
    ...declared,
    ...(isSameJob && { job: stored.job }),
    timing: keepAnchor(declared, stored),
    // A new generation is stored only together with a change.
    ...(owned !== undefined && { declared: isSameOwner ? (stored.declared ?? owned) : owned }),
  };
}

function keepAnchor(declared: ScheduleSpec, stored: ScheduleSpec): Timing {
  const [after, before] = [declared.timing, stored.timing];
  const same =
    after.kind === 'every' && before.kind === 'every' && after.everyMs === before.everyMs;
  return same && declared.startAt === stored.startAt ? before : after;
}

function firstState(declaration: Declaration): ScheduleState {
  const { spec, now, immediately, acceptsPast } = declaration;
  const base = { createdAt: now, edition: 1, runsCount: 0, recent: [], failures: 0 };
  const at = { timing: { kind: 'at', times: [now] }, tickAt: now, until: now } as const;
  const first = immediately ? { ...base, leftovers: [{ ...at, immediately } as const] } : base;
  const tickAt = timetableOf(spec).next(ticksAfter(spec, now));
  if (tickAt !== undefined) return { ...first, tickAt };
  if (!acceptsPast) throw neverTicks(spec);
  return { ...base, ended: { at: now, reason: endReason(spec) } };
}

function nextState(
  { now, acceptsPast = false }: Declaration,
  spec: ScheduleSpec,
  { spec: before, state }: StoredSchedule,
): ScheduleState {
  const sameTiming = isSameTiming(spec.timing, before.timing);
  const ran = sameTiming ? state.ran : changeTimes(state.ran, before.timing, spec.timing);
  const kept = { ...state, ...(ran !== undefined && { ran }) };
  const sameTimes = sameTiming && spec.startAt === before.startAt;
  const sameEnd = spec.endAt === before.endAt;
  if (sameTimes && sameEnd && spec.maxRuns === before.maxRuns) return kept;
  const { tickAt: pending, ended, decidedUpTo: _, ...rest } = kept;
  if (!hasRunsLeft(spec, state)) {
    return restOf(rest, undefined, [], ended ?? { at: now, reason: 'max-runs' });
  }
  const goesOn =
    sameTimes && pending !== undefined && (spec.endAt === undefined || pending < spec.endAt);
  if (goesOn) return kept;
  const tickAt = timetableOf(spec).next(ticksAfter(spec, now));
  const mayEnd = ended !== undefined || (sameTimes && sameEnd) || acceptsPast;
  if (tickAt === undefined && !mayEnd) throw neverTicks(spec);
  const leftovers = leftoversOf(before, state, now);
  return restOf(rest, tickAt, leftovers, ended ?? { at: now, reason: endReason(spec) });
}

/**
 * Continues with the next tick, the due ticks of earlier timings and those that wait for a run to end; without any, the
 * schedule has ended.
 */
function restOf(
  rest: ScheduleState,
  tickAt: number | undefined,
  leftovers: readonly Leftover[],
  ended: NonNullable<ScheduleState['ended']>,
): ScheduleState {
  const left = leftovers.length > 0 ? { leftovers } : {};
  if (tickAt !== undefined) return { ...rest, ...left, tickAt };
  const goesOn = leftovers.length > 0 || rest.buffered !== undefined;
  return goesOn ? { ...rest, ...left } : { ...rest, ended };
}

/** Returns the ticks that are due by the timing the schedule had: its policy settles them. */
function leftoversOf(
  { timing, startAt, endAt }: ScheduleSpec,
  { tickAt, paused, leftovers = [], decidedUpTo }: ScheduleState,
  now: number,
): readonly Leftover[] {
  if (tickAt === undefined || tickAt > now || paused !== undefined) return leftovers;
  const left: Leftover = {
    timing,
    tickAt,
    until: now,
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    ...(decidedUpTo !== undefined && { decidedUpTo }),
  };
  return [...leftovers, left];
}

/** Makes a schedule that is declared again tick from now on: while it was not declared, no tick was missed. */
function restart(state: ScheduleState, spec: ScheduleSpec, now: number): ScheduleState {
  const { tickAt, leftovers: _, ...rest } = state;
  if (tickAt === undefined || tickAt > now) return state;
  const next = timetableOf(spec).next(now);
  return next === undefined
    ? { ...rest, ended: { at: now, reason: endReason(spec) } }
    : { ...rest, tickAt: next };
}

/** Returns the time after which the first tick of a new declaration lies. */
function ticksAfter({ timing, startAt, once }: ScheduleSpec, now: number): number {
  // A schedule that runs once and whose date is past runs at once.
  if (once) return Number.MIN_SAFE_INTEGER;
  if (startAt !== undefined && startAt >= now) return startAt - 1;
  return timing.kind === 'at' ? now - 1 : now;
}

function hasRunsLeft({ maxRuns }: ScheduleSpec, { runsCount }: ScheduleState): boolean {
  return maxRuns === undefined || runsCount < maxRuns;
}

function endReason({ endAt }: ScheduleSpec): 'end-date' | 'no-more-ticks' {
  return endAt === undefined ? 'no-more-ticks' : 'end-date';
}

function checkEdition({ id, edition }: Declaration, known: StoredSchedule | undefined): void {
  if (edition === undefined || edition === (known?.state.edition ?? (known ? 1 : 0))) return;
  throw new JobsError(
    'JOBS_CONFLICT',
    `Schedule \`${id}\` was changed since it was read. Read it again, and make the change on that.`,
    { details: { field: 'revision', scheduleId: id } },
  );
}

/** Refuses to write back the options of a schedule whose payload is a function, which is not stored, without one. */
function checkComputed(
  { id, edition, isWithoutPayload }: Declaration,
  known: StoredSchedule | undefined,
): void {
  if (edition === undefined || !isWithoutPayload || known?.spec.computed !== true) return;
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`payload\`, as that of schedule \`${id}\` is computed for each tick by a function, which is not stored. Give the function again, or another payload.`,
    { details: { field: 'payload', scheduleId: id } },
  );
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

/** Returns whether two timings tick at the same times, also when they name the same zone differently. */
function isSameTiming(a: Timing, b: Timing): boolean {
  return isDeepStrictEqual(withCanonicalZone(a), withCanonicalZone(b));
}

function withCanonicalZone(timing: Timing): Timing {
  if (timing.kind !== 'cron') return timing;
  return { ...timing, timezone: canonicalZone(timing.timezone) };
}

const canonical = new Map<string, string>();

/** Returns the runtime's own name of a zone: `Europe/Kyiv` and `Europe/Kiev` are one. */
function canonicalZone(zone: string): string {
  let name = canonical.get(zone);
  if (name === undefined) {
    name = resolvedZone(zone);
    if (canonical.size < 1000) canonical.set(zone, name);
  }
  return name;
}

/** Returns a zone's own name; its name as it is if this runtime, older than the one that stored it, does not know it. */
function resolvedZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}
