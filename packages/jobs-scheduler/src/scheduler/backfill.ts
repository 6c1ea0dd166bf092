import { JobsError, type TimeValue } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkInteger, checkOptions, checkTime, takeTurn } from '@philjs/jobs-core/internal';
import { jobIdOf, MOST_WAITING, Step } from '../plan/step.ts';
import { MadeTemplates } from '../run/made-templates.ts';
import type { Committed, Stepper } from '../run/stepper.ts';
import { runsAtOnce } from '../spec/schedule-spec.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { ScheduleAdmin } from './schedule-admin.ts';

/** How many ticks one backfill may run. */
const MAX_BACKFILL = 10_000;

/** Selects the past ticks to run. */
export interface BackfillRange {
  /**
   * The earliest tick. Refused where it is not known any more what ran: after the times of a schedule changed more than
   * eight times, or beyond 500 ranges of ticks that ran.
   */
  readonly from: TimeValue;
  /** The latest tick; those later than now are fired at their time. */
  readonly to: TimeValue;
  /**
   * `allow` lets the jobs run together. `buffer-all` runs up to 1,000 of them one after the other, each when the runs
   * before it have ended. @default 'allow'
   */
  readonly overlap?: 'allow' | 'buffer-all' | undefined;
  /** How many of the jobs may start a minute. @default all at once */
  readonly perMinute?: number | undefined;
}

/** Lists the ids of the jobs that a backfill added. */
export interface BackfillResult extends ReadonlyArray<string> {
  /** The ids of the jobs of ticks that ran before, or whose job was stored already. */
  readonly known: readonly string[];
}

/** Holds the dependencies of a backfill. */
export interface BackfillServices {
  readonly admin: ScheduleAdmin;
  readonly stepper: Stepper;
  readonly now: number;
  readonly process: string;
}

/** Enqueues the jobs of past ticks that have not run. */
export async function backfill(
  id: string,
  range: BackfillRange,
  { admin, stepper, now, process }: BackfillServices,
): Promise<BackfillResult> {
  const { from, to, ...how } = checkRange(range);
  const schedule = await admin.get(id);
  const ticks = await ticksOf(schedule, from, Math.min(to, now));
  if (how.overlap === 'buffer-all') checkRoom(new Step(schedule, now, process), ticks);
  const added: string[] = [];
  const known: string[] = [];
  const size = runsAtOnce(schedule.spec);
  for (let start = 0; start < ticks.length; start += size) {
    const batch = ticks.slice(start, start + size);
    const made = new MadeTemplates();
    const fresh = await admin.retrying(id, async (current) => {
      const step = new Step(current, now, process);
      const missing = batch.filter((tickAt) => !step.hasRan(tickAt) && !waits(current, tickAt));
      if (missing.length === 0) return [];
      addTicks(step, missing, how, added.length);
      const committed = await stepper.commit(step, made);
      return committed && addedTicks(step, missing, committed);
    });
    for (const tickAt of batch) {
      (fresh.includes(tickAt) ? added : known).push(jobIdOf(schedule, tickAt));
    }
  }
  return Object.defineProperty([...added], 'known', { value: known }) as string[] & {
    readonly known: readonly string[];
  };
}

/** Runs the ticks all together, limited by `perMinute`, or each after the one before. */
function addTicks(
  step: Step,
  ticks: readonly number[],
  { overlap, perMinute }: Pick<BackfillRange, 'overlap' | 'perMinute'>,
  before: number,
): void {
  if (overlap === 'buffer-all') {
    for (const tickAt of ticks) {
      if (!step.buffer({ tickAt, cause: 'backfill' })) throw tooManyWait();
    }
    // Fires the first at once if nothing runs.
    const { buffered } = step.state;
    if (buffered !== undefined) step.state.buffered = { ...buffered, lookAt: step.now };
    return;
  }
  for (const [n, tickAt] of ticks.entries()) {
    const wait = perMinute === undefined ? 0 : ((before + n) * 60_000) / perMinute;
    step.run(tickAt, 'backfill', wait === 0 ? {} : { runAt: Math.ceil(step.now + wait) });
  }
}

/** Returns the ticks that got a job now, or that are waiting and get one later. */
function addedTicks(step: Step, ticks: readonly number[], { results }: Committed): number[] {
  const isThere = (tickAt: number): boolean => {
    const index = step.runs.findIndex((run) => run.tickAt === tickAt);
    return index >= 0 && results[index]?.outcome !== 'added';
  };
  return ticks.filter((tickAt) => !isThere(tickAt));
}

interface CheckedRange {
  readonly from: number;
  readonly to: number;
  readonly overlap: BackfillRange['overlap'];
  readonly perMinute: number | undefined;
}

function checkRange(range: BackfillRange): CheckedRange {
  if (Array.isArray(range)) throw invalidArgument('range', 'an object with `from` and `to`', range);
  checkOptions('range', range, ['from', 'to', 'overlap', 'perMinute']);
  const { overlap, perMinute } = range;
  const [from, to] = [checkTime('from', range.from), checkTime('to', range.to)];
  if (from > to) throw invalidArgument('to', 'not before `from`', range.to);
  if (overlap !== undefined && overlap !== 'allow' && overlap !== 'buffer-all') {
    throw invalidArgument('overlap', "'allow' or 'buffer-all'", overlap);
  }
  if (perMinute !== undefined) checkInteger('perMinute', perMinute, { min: 1, max: 1_000_000 });
  if (perMinute !== undefined && overlap === 'buffer-all') {
    throw invalidArgument('perMinute', "absent with `overlap: 'buffer-all'`", perMinute);
  }
  return { from, to, overlap, perMinute };
}

/** Lists the ticks of a period, without those that are due: these are about to be fired. */
async function ticksOf(
  { id, spec, state }: StoredSchedule,
  from: number,
  to: number,
): Promise<readonly number[]> {
  const since = state.ran?.since ?? Number.NEGATIVE_INFINITY;
  if (from < since) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Schedule \`${id}\` does not know any more what ran before ${new Date(since).toISOString()}, so \`from\` may not be earlier.`,
      { details: { field: 'from', scheduleId: id, since: new Date(since).toISOString() } },
    );
  }
  const isHeld = state.paused !== undefined || state.ended !== undefined;
  const last = isHeld || state.tickAt === undefined ? to : Math.min(to, state.tickAt - 1);
  const timetable = timetableOf(spec);
  const ticks: number[] = [];
  for (let at = timetable.next(from - 1); at !== undefined && at <= last; at = timetable.next(at)) {
    ticks.push(at);
    if (ticks.length > MAX_BACKFILL) {
      throw invalidArgument('from', `such that there are at most ${MAX_BACKFILL} ticks`, from);
    }
    await takeTurn();
  }
  return ticks;
}

function waits({ state }: StoredSchedule, tickAt: number): boolean {
  const { buffered, behind = [] } = state;
  return [buffered, ...behind].some((waiting) => waiting?.tickAt === tickAt);
}

/** Refuses ticks that cannot all wait for each other, before any of them does. */
function checkRoom(step: Step, ticks: readonly number[]): void {
  // One more than those behind it: the one that is next.
  let room = MOST_WAITING + 1 - step.waiting.length;
  for (const at of ticks) {
    if (!step.hasRan(at) && !waits(step.schedule, at)) room -= 1;
    if (room < 0) throw tooManyWait();
  }
}

function tooManyWait(): JobsError {
  return invalidArgument(
    'range',
    `such that at most ${MOST_WAITING} ticks wait for each other`,
    `${MOST_WAITING + 1} or more`,
  );
}
