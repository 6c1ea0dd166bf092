import { createHash } from 'node:crypto';
import type { NewJob, TickEntry } from '@philjs/jobs-core/backend';
import { type FireCause, type SkipReason, tickEntry } from '../history/tick-detail.ts';
import { type JobOfTick, type JobTemplate, jobFromTemplate } from '../spec/job-template.ts';
import { addRan, hasRan } from '../spec/ran-ticks.ts';
import { asksForRuns, type Timing } from '../spec/schedule-spec.ts';
import type { RecentRun, ScheduleState, WaitingTick } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { tickJobId } from '../spec/tick-job-id.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import { withoutRuns } from './without-runs.ts';

/** How many runs a schedule with `pauseOnFailure` remembers at most. */
const REMEMBERED = 20;
/** How many ticks may wait for earlier runs to end. */
export const MOST_WAITING = 1_000;
const FIRST_LOOK_MS = 5_000;
const LAST_LOOK_MS = 60_000;

type Draft = { -readonly [key in keyof ScheduleState]: ScheduleState[key] };

/** A tick that a step fires. */
export interface PlannedRun {
  readonly tickAt: number;
  readonly job: NewJob;
  readonly cause: FireCause;
  /** The tick its job is made for, if its payload or its deadline is still to be computed. */
  readonly open?: JobOfTick & { readonly number?: number };
}

/** Configures how a run is enqueued. */
export interface RunOptions {
  readonly jobId?: string;
  /** When it may start. @default at the tick, with the schedule's delay and jitter */
  readonly runAt?: number;
  /** The timing the tick belongs to, if it is no longer the schedule's. */
  readonly timing?: Timing;
  /** The payload with the keys made from it, if it is not the schedule's. */
  readonly own?: OwnPayload;
}

/** The parts of a job that are made from its payload: keys, tags and its place in an order. */
type FromPayload = Pick<NewJob, 'concurrencyKey' | 'rateKey' | 'order' | 'tags' | 'deduplication'>;

/** The payload of a single run, and what is made from it. */
export type OwnPayload = Pick<NewJob, 'payload'> & FromPayload;

/** Collects what one step does with a schedule: jobs, entries of the ledger and the new state. */
export class Step {
  readonly schedule: StoredSchedule;
  readonly now: number;
  readonly runs: PlannedRun[] = [];
  readonly entries: TickEntry[] = [];
  state: Draft;
  readonly #process: string;

  constructor(schedule: StoredSchedule, now: number, process: string) {
    this.schedule = schedule;
    this.now = now;
    this.state = { ...schedule.state };
    this.#process = process;
  }

  /** How many more ticks may be fired. */
  get runsLeft(): number {
    return (this.schedule.spec.maxRuns ?? Number.POSITIVE_INFINITY) - this.state.runsCount;
  }

  /** The ticks that are waiting for earlier runs to end, the next one first. */
  get waiting(): readonly WaitingTick[] {
    const { buffered, behind = [] } = this.state;
    return buffered === undefined ? behind : [buffered, ...behind];
  }

  /** Returns whether a tick ran before. */
  hasRan(tickAt: number): boolean {
    const { startAt, endAt } = this.schedule.spec;
    const bounds = {
      ...(startAt !== undefined && { startAt }),
      ...(endAt !== undefined && { endAt }),
    };
    return hasRan(this.state.ran, tickAt, (timing) => timetableOf({ timing, ...bounds }));
  }

  /** Fires a tick as one of the schedule's own. */
  fire(tickAt: number, cause: FireCause, timing?: Timing): void {
    if (cause !== 'backfill') this.state.runsCount += 1;
    this.state.lastRunAt = this.now;
    this.run(tickAt, cause, timing === undefined ? {} : { timing });
  }

  /** Fires the tick that was waiting, and makes the one behind it wait for that run. */
  fireBuffered({ tickAt, cause }: WaitingTick): void {
    this.fire(tickAt, cause ?? 'buffer');
    this.state.served = jobIdOf(this.schedule, tickAt);
    this.wait(this.waiting.slice(1));
  }

  /** Makes ticks wait for earlier runs to end, the next one first, in place of those that are waiting. */
  wait([next, ...behind]: readonly WaitingTick[]): void {
    delete this.state.buffered;
    delete this.state.behind;
    if (next === undefined) return;
    if (behind.length > 0) this.state.behind = behind;
    this.lookLater(next);
  }

  /** Enqueues a job for a tick. */
  run(tickAt: number, cause: FireCause, options: RunOptions = {}): void {
    const { id: scheduleId, spec } = this.schedule;
    const { jobId = jobIdOf(this.schedule, tickAt), timing, own } = options;
    const planned = tickAt + spec.job.delayMs + jitterOf(scheduleId, tickAt, spec.jitterMs);
    const tick = { scheduleId, tickAt, id: jobId, now: this.now, runAt: options.runAt ?? planned };
    const job = jobFromTemplate(spec.job, tick);
    const number =
      cause === 'trigger' || cause === 'backfill' ? {} : { number: this.state.runsCount };
    const isOpen = own === undefined && (spec.computed ?? spec.job.deadlineInMs) !== undefined;
    this.runs.push({
      tickAt,
      cause,
      job: own === undefined ? job : { ...withoutKeys(job), ...own },
      ...(isOpen && { open: { ...tick, ...number } }),
    });
    this.entries.push(
      tickEntry(scheduleId, tickAt, {
        status: 'fired',
        cause,
        firedAt: this.now,
        process: this.#process,
        jobId,
      }),
    );
    if (cause !== 'trigger') {
      const timetable = timetableOf({ ...spec, timing: timing ?? spec.timing });
      this.state.ran = addRan(this.state.ran, [tickAt], timetable, timing);
    }
    this.remember([...this.state.recent, { jobId, tickAt }]);
  }

  /** Gives a run the job of a template, which was made by now. */
  setJob(run: PlannedRun, template: JobTemplate, now: number): void {
    const { open, ...rest } = run;
    if (open === undefined) return;
    const firedAt = Math.max(this.now, now);
    this.runs[this.runs.indexOf(run)] = {
      ...rest,
      job: jobFromTemplate(template, { ...open, now: firedAt }),
    };
    this.state.lastRunAt = Math.max(this.state.lastRunAt ?? firedAt, firedAt);
    const at = this.entries.findIndex(({ tickAt }) => tickAt === run.tickAt);
    const entry = this.entries[at];
    if (entry !== undefined) this.entries[at] = { ...entry, detail: { ...entry.detail, firedAt } };
  }

  /** Takes back a run: its tick is skipped, does not count, and may be backfilled. */
  takeBack(run: PlannedRun, reason: SkipReason): void {
    const { schedule } = this;
    this.runs.splice(this.runs.indexOf(run), 1);
    this.state = { ...withoutRuns({ ...schedule, state: this.state }, [run]).state };
    const at = this.entries.findIndex(({ tickAt }) => tickAt === run.tickAt);
    if (at >= 0) this.entries.splice(at, 1);
    this.skip(run.tickAt, reason);
  }

  /** Returns what to store in place of `state` and `entries` if another job is in the way of that of its only run. */
  ifDropped(run: PlannedRun): Pick<Step, 'state' | 'entries'> {
    // What ran before, since only this run changed it.
    const { ran: _, ...state } = this.state;
    const { ran } = this.schedule.state;
    const before = { ...state, ...(ran !== undefined && { ran }) };
    const other = new Step({ ...this.schedule, state: before }, this.now, this.#process);
    other.runs.push(run);
    other.entries.push(...this.entries);
    other.takeBack(run, 'deduplicated');
    // A run by hand counts for nothing.
    return { state: run.cause === 'trigger' ? this.state : other.state, entries: other.entries };
  }

  /** Skips a tick, or all ticks from it up to `until`. */
  skip(tickAt: number, reason: SkipReason, until?: number): void {
    const base = {
      status: 'skipped',
      reason,
      decidedAt: this.now,
      process: this.#process,
    } as const;
    const detail = until === undefined ? base : { ...base, until };
    this.entries.push(tickEntry(this.schedule.id, tickAt, detail));
  }

  /** Adds a tick to those waiting for an earlier run to end; returns whether there is room. */
  buffer(waiting: WaitingTick): boolean {
    const { buffered, behind = [] } = this.state;
    if (behind.length >= MOST_WAITING) return false;
    const { tickAt } = waiting;
    const detail = { status: 'buffered', decidedAt: this.now, process: this.#process } as const;
    this.entries.push(tickEntry(this.schedule.id, tickAt, detail));
    if (buffered === undefined) this.lookLater(waiting);
    else this.state.behind = [...behind, waiting];
    return true;
  }

  /** Sets when to check again whether a waiting tick can be fired, in case no event arrives. */
  lookLater(waiting: WaitingTick): void {
    const since = this.now - waiting.tickAt;
    const wait = Math.min(LAST_LOOK_MS, Math.max(FIRST_LOOK_MS, since / 4));
    const { tickAt, cause } = waiting;
    const lookAt = Math.ceil(this.now + wait);
    this.state.buffered = { tickAt, lookAt, ...(cause !== undefined && { cause }) };
  }

  /** Remembers the latest runs. */
  remember(runs: readonly RecentRun[]): void {
    this.state.recent = runs.slice(asksForRuns(this.schedule.spec) ? -REMEMBERED : -1);
  }
}

/** Returns the id of the job of a tick; for a schedule that runs once, the id the user chose. */
export function jobIdOf({ id, spec }: StoredSchedule, tickAt: number): string {
  return spec.job.jobId ?? tickJobId(id, tickAt);
}

/** Leaves out what was made from the payload of the schedule. */
function withoutKeys(job: NewJob): Omit<NewJob, keyof FromPayload> {
  const { concurrencyKey: _, rateKey: _rate, order: _order, tags: _tags, ...rest } = job;
  const { deduplication: _key, ...kept } = rest;
  return kept;
}

/** Spreads the jobs of a schedule evenly over its jitter: the same tick always gets the same share. */
function jitterOf(scheduleId: string, tickAt: number, jitterMs: number): number {
  if (jitterMs === 0) return 0;
  const hash = createHash('sha256').update(`${scheduleId}\n${tickAt}`).digest();
  return Math.floor((hash.readUInt32BE(0) / 2 ** 32) * jitterMs);
}
