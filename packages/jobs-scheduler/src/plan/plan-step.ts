import { runsAtOnce, type Timing } from '../spec/schedule-spec.ts';
import type { EndReason, Leftover, WaitingTick } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { isByHand } from '../spec/tick-job-id.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import { type DueTicks, dueTicks } from './due-ticks.ts';
import type { RunsSeen } from './see-runs.ts';
import { jobIdOf, Step } from './step.ts';

/** Holds the facts a step is planned from. */
export interface StepFacts {
  readonly schedule: StoredSchedule;
  readonly now: number;
  /** Ticks before this were missed. */
  readonly missedBefore: number;
  /** The state of the runs; absent when the schedule does not depend on it. */
  readonly seen: RunsSeen | undefined;
  /** The process that decides. */
  readonly process: string;
}

/** Holds a step and the cancellations it needs. */
export interface PlannedStep {
  readonly step: Step;
  /** The jobs to cancel so that a tick can be fired. */
  readonly cancel: readonly string[];
}

/** Ticks that are due, and the timing they belong to if it is no longer the schedule's. */
type Due = DueTicks & { readonly leftover?: Leftover };

/**
 * Decides what happens to a schedule now: which ticks are fired, which skipped and why, and what
 * comes next. Depends on nothing but the facts.
 */
export async function planStep(facts: StepFacts): Promise<PlannedStep> {
  const { schedule, now, seen, process } = facts;
  const step = new Step(schedule, now, process);
  if (seen !== undefined) {
    step.remember(seen.recent);
    step.state.failures = seen.failures;
  }
  const due = await ticksDue(facts);
  for (const { first, until } of due?.skip ?? []) {
    if (until !== undefined || !step.hasRan(first)) step.skip(first, 'catch-up', until);
  }
  const { pauseOnFailure } = schedule.spec;
  if (pauseOnFailure !== undefined && step.state.failures >= pauseOnFailure) {
    pauseAfterFailures(step, due);
    moveOn(step, facts, due);
    return { step, cancel: [] };
  }
  const cancel = fireDue(step, due, seen);
  moveOn(step, facts, due);
  return { step, cancel };
}

async function ticksDue(facts: StepFacts): Promise<Due | undefined> {
  const { schedule, now, missedBefore } = facts;
  const { spec, state } = schedule;
  const [leftover] = state.leftovers ?? [];
  const query = { missedBefore, catchUp: spec.catchUp, most: runsAtOnce(spec) };
  if (leftover !== undefined) {
    const { tickAt, until, decidedUpTo, immediately } = leftover;
    const timetable = timetableOf(leftover);
    const ticks = { timetable, from: tickAt, now: until, decidedUpTo };
    const never = immediately && { missedBefore: Number.NEGATIVE_INFINITY };
    const due = await dueTicks({ ...query, ...ticks, ...never });
    return { ...due, leftover };
  }
  const { tickAt, decidedUpTo } = state;
  if (tickAt === undefined || tickAt > now) return undefined;
  return dueTicks({ ...query, timetable: timetableOf(spec), from: tickAt, now, decidedUpTo });
}

function pauseAfterFailures(step: Step, due: Due | undefined): void {
  const { state, now } = step;
  const runs = state.failures === 1 ? 'the latest run' : `${state.failures} runs in a row`;
  state.paused = { at: now, note: `Paused because ${runs} failed.` };
  for (const { tickAt } of due?.fire ?? []) if (!step.hasRan(tickAt)) step.skip(tickAt, 'paused');
  for (const { tickAt } of step.waiting) step.skip(tickAt, 'paused');
  step.wait([]);
}

/** Fires the due ticks that the overlap policy allows; returns the jobs that block one. */
function fireDue(step: Step, planned: Due | undefined, seen: RunsSeen | undefined): string[] {
  const { id, spec } = step.schedule;
  const inTheWay = seen?.unfinished ?? [];
  skipBeyondLimit(step);
  // One that is waiting comes again when the clock was set back.
  const waiting = new Set(step.waiting.map(({ tickAt }) => tickAt));
  const due = (planned?.fire ?? []).filter(
    ({ tickAt }) => !step.hasRan(tickAt) && !waiting.has(tickAt),
  );
  const timing = planned?.leftover?.timing;
  if (spec.overlap !== 'cancel' || due.length === 0) {
    fireEach(step, due, inTheWay.length > 0, timing);
    const [next, ...behind] = ownWaiting(step);
    const cancels = next !== undefined && next === step.waiting[0] && behind.length === 0;
    if (spec.overlap !== 'cancel' || !cancels) return [];
  } else {
    // The tick goes before those of a backfill, which wait behind it.
    const others = step.waiting.filter(({ cause }) => cause !== undefined);
    fireEach(step, onlyLatest(step, due), inTheWay.length > 0, timing);
    if (others.length > 0) step.wait([...step.waiting, ...others]);
  }
  // Each look asks again, as the process that let the tick wait may have died before it asked. A run by hand is not
  // cancelled; the tick is fired when it ends.
  return inTheWay.filter((jobId) => !isByHand(id, jobId));
}

function fireEach(
  step: Step,
  ticks: DueTicks['fire'],
  isBusy: boolean,
  timing: Timing | undefined,
): void {
  let busy = serveWaiting(step, isBusy);
  for (const { tickAt, missed } of ticks) {
    if (step.runsLeft <= 0) break;
    // A failure is to pause the schedule before the rest of what it missed runs.
    const waits = missed && step.schedule.spec.pauseOnFailure !== undefined;
    if (busy && (waits || step.schedule.spec.overlap !== 'allow')) meet(step, tickAt);
    else step.fire(tickAt, missed ? 'catch-up' : 'tick', timing);
    if (!busy && waits) step.state.served = jobIdOf(step.schedule, tickAt);
    busy = true;
  }
}

/** Fires the tick that is waiting, unless a run blocks it; returns whether a run blocks the next one. */
function serveWaiting(step: Step, busy: boolean): boolean {
  const waiting = step.state.buffered;
  if (waiting === undefined) return busy;
  if (busy) step.lookLater(waiting);
  else step.fireBuffered(waiting);
  return true;
}

/** Skips all ticks but the latest, including one that is waiting: it would be cancelled at once. */
function onlyLatest(step: Step, ticks: DueTicks['fire']): DueTicks['fire'] {
  for (const { tickAt } of ownWaiting(step)) step.skip(tickAt, 'overlap');
  step.wait([]);
  for (const { tickAt } of ticks.slice(0, -1)) step.skip(tickAt, 'overlap');
  return ticks.slice(-1);
}

/** Skips the ticks that wait beyond `maxRuns`, which was lowered since. */
function skipBeyondLimit(step: Step): void {
  const beyond = ownWaiting(step).slice(Math.max(0, step.runsLeft));
  if (beyond.length === 0) return;
  for (const { tickAt } of beyond) step.skip(tickAt, 'overlap');
  step.wait(step.waiting.filter((waiting) => !beyond.includes(waiting)));
}

/** Lists the ticks of the schedule itself that are waiting. */
function ownWaiting({ waiting }: Step): readonly WaitingTick[] {
  return waiting.filter(({ cause }) => cause === undefined);
}

/** Decides about a tick that meets an unfinished run. */
function meet(step: Step, tickAt: number): void {
  const { overlap } = step.schedule.spec;
  const isFull =
    (overlap !== 'buffer-all' && overlap !== 'allow' && step.waiting.length > 0) ||
    ownWaiting(step).length >= step.runsLeft;
  if (overlap === 'skip' || isFull || !step.buffer({ tickAt })) step.skip(tickAt, 'overlap');
}

/** Finds the next tick; without one, and with no tick waiting, ends the schedule. */
function moveOn(step: Step, { now, schedule }: StepFacts, due: Due | undefined): void {
  const { state } = step;
  if (due?.leftover !== undefined) moveOnLeftover(step, due, due.leftover);
  else if (due !== undefined) {
    state.lastTickAt = due.last;
    delete state.tickAt;
    delete state.decidedUpTo;
    if (due.next !== undefined) state.tickAt = due.next;
    if (due.decidedUpTo !== undefined) state.decidedUpTo = due.decidedUpTo;
  }
  if (step.runsLeft <= 0) {
    delete state.tickAt;
    delete state.leftovers;
  }
  const { tickAt, buffered, ended, leftovers } = state;
  if ([tickAt, buffered, ended, leftovers].some((left) => left !== undefined)) return;
  const byDate = schedule.spec.endAt !== undefined;
  const reason: EndReason = step.runsLeft <= 0 ? 'max-runs' : byDate ? 'end-date' : 'no-more-ticks';
  state.ended = { at: now, reason };
}

/** Settles ticks of a timing that is no longer the schedule's. */
function moveOnLeftover({ state }: Step, due: DueTicks, leftover: Leftover): void {
  const [, ...others] = state.leftovers ?? [];
  const { decidedUpTo: _, ...rest } = leftover;
  const isLeft = due.next !== undefined && due.next <= leftover.until;
  const left = isLeft
    ? [
        {
          ...rest,
          tickAt: due.next,
          ...(due.decidedUpTo !== undefined && { decidedUpTo: due.decidedUpTo }),
        },
        ...others,
      ]
    : others;
  if (left.length > 0) state.leftovers = left;
  else delete state.leftovers;
}
