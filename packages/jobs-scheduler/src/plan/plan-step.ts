import type { EndReason } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import type { Timetable } from '../ticks/timetable.ts';
import { type DueTicks, dueTicks } from './due-ticks.ts';
import type { RunsSeen } from './see-runs.ts';
import { Step } from './step.ts';

/** What a step is planned from. */
export interface StepFacts {
  readonly schedule: StoredSchedule;
  readonly timetable: Timetable;
  readonly now: number;
  /** Ticks before this were missed. */
  readonly missedBefore: number;
  /** How the latest runs are doing; absent when the schedule does not ask. */
  readonly seen: RunsSeen | undefined;
  /** The process that decides. */
  readonly process: string;
}

/** A step and what else it asks for. */
export interface PlannedStep {
  readonly step: Step;
  /** The jobs to cancel so that a tick can be fired. */
  readonly cancel: readonly string[];
}

/**
 * Decides what happens to a schedule now: which ticks are fired, which skipped and why, and what
 * comes next. Depends on nothing but the facts.
 */
export function planStep(facts: StepFacts): PlannedStep {
  const { schedule, now, seen, process } = facts;
  const step = new Step(schedule, now, process);
  if (seen !== undefined) {
    step.remember(seen.recent);
    step.state.failures = seen.failures;
  }
  const due = ticksDue(facts);
  if (due !== undefined) skipMissed(step, due);
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

function ticksDue({ schedule, timetable, now, missedBefore }: StepFacts): DueTicks | undefined {
  const { tickAt } = schedule.state;
  if (tickAt === undefined || tickAt > now) return undefined;
  const { catchUp } = schedule.spec;
  return dueTicks({ timetable, from: tickAt, now, missedBefore, catchUp });
}

function skipMissed(step: Step, { skip, skipBefore }: DueTicks): void {
  if (skipBefore !== undefined) step.skip(skipBefore.first, 'catch-up', skipBefore.last);
  for (const tickAt of skip) step.skip(tickAt, 'catch-up');
}

function pauseAfterFailures(step: Step, due: DueTicks | undefined): void {
  const { state, now } = step;
  const runs = state.failures === 1 ? 'the latest run' : `${state.failures} runs in a row`;
  state.paused = { at: now, note: `Paused because ${runs} failed.` };
  for (const { tickAt } of due?.fire ?? []) step.skip(tickAt, 'paused');
  if (state.buffered === undefined) return;
  step.skip(state.buffered.tickAt, 'paused');
  delete state.buffered;
}

/** Fires what is due, as the overlap policy allows; answers which jobs are in the way of one. */
function fireDue(step: Step, planned: DueTicks | undefined, seen: RunsSeen | undefined): string[] {
  const { overlap } = step.schedule.spec;
  const inTheWay = (seen?.unfinished ?? []).map(({ jobId }) => jobId);
  const due = planned?.fire ?? [];
  const ticks = overlap === 'cancel' ? onlyLatest(step, due) : due;
  let busy = serveWaiting(step, inTheWay.length > 0);
  for (const { tickAt, missed } of ticks) {
    if (step.runsLeft <= 0) break;
    if (busy && overlap !== 'allow') meet(step, tickAt);
    else step.fire(tickAt, missed ? 'catch-up' : 'tick');
    busy = true;
  }
  return overlap === 'cancel' && ticks.length > 0 ? inTheWay : [];
}

/** Fires the tick that waits, unless a run is in its way; answers whether one is in that of the next. */
function serveWaiting(step: Step, busy: boolean): boolean {
  const waiting = step.state.buffered;
  if (waiting === undefined) return busy;
  if (busy) step.lookLater(waiting.tickAt);
  else step.fireBuffered(waiting.tickAt);
  return true;
}

/** Skips all ticks but the latest, also one that waits: it would be cancelled at once. */
function onlyLatest(step: Step, ticks: DueTicks['fire']): DueTicks['fire'] {
  const { buffered } = step.state;
  if (buffered !== undefined && ticks.length > 0) {
    step.skip(buffered.tickAt, 'overlap');
    delete step.state.buffered;
  }
  for (const { tickAt } of ticks.slice(0, -1)) step.skip(tickAt, 'overlap');
  return ticks.slice(-1);
}

/** Decides about a tick that meets an unfinished run. */
function meet(step: Step, tickAt: number): void {
  const isFull = step.state.buffered !== undefined;
  if (step.schedule.spec.overlap === 'skip' || isFull) step.skip(tickAt, 'overlap');
  else step.buffer(tickAt);
}

/** Finds the next tick; without one, and with nothing left that waits, the schedule has ended. */
function moveOn(step: Step, { now, schedule }: StepFacts, due: DueTicks | undefined): void {
  const { state } = step;
  if (due !== undefined) {
    state.lastTickAt = due.last;
    delete state.tickAt;
    if (due.next !== undefined) state.tickAt = due.next;
  }
  if (step.runsLeft <= 0) delete state.tickAt;
  if (state.tickAt !== undefined || state.buffered !== undefined || state.ended !== undefined)
    return;
  const byDate = schedule.spec.endAt !== undefined;
  const reason: EndReason = step.runsLeft <= 0 ? 'max-runs' : byDate ? 'end-date' : 'no-more-ticks';
  state.ended = { at: now, reason };
}
