import type { NewJob, TickEntry } from '@philjs/jobs-core';
import { type FireCause, type SkipReason, tickEntry } from '../history/tick-detail.ts';
import { jobFromTemplate } from '../spec/job-template.ts';
import { asksForRuns } from '../spec/schedule-spec.ts';
import type { RecentRun, ScheduleState } from '../spec/schedule-state.ts';
import type { StoredSchedule } from '../spec/stored-schedule.ts';
import { jitterOf } from './jitter-of.ts';

/** How many runs are remembered at most, by schedules that ask how they are doing. */
const REMEMBERED = 20;
const FIRST_LOOK_MS = 5_000;
const LAST_LOOK_MS = 60_000;

type Draft = { -readonly [key in keyof ScheduleState]: ScheduleState[key] };

/** A tick that a step fires. */
export interface PlannedRun {
  readonly tickAt: number;
  readonly job: NewJob;
  readonly cause: FireCause;
}

/** Collects what one step does with a schedule: jobs, entries of the ledger and the new state. */
export class Step {
  readonly schedule: StoredSchedule;
  readonly now: number;
  readonly runs: PlannedRun[] = [];
  readonly entries: TickEntry[] = [];
  readonly state: Draft;
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

  /** Fires a tick as one of the schedule's own. */
  fire(tickAt: number, cause: FireCause): void {
    this.state.runsCount += 1;
    this.state.lastRunAt = this.now;
    this.run(tickAt, cause, jobIdOf(this.schedule, tickAt));
  }

  /** Fires the tick that waited. */
  fireBuffered(tickAt: number): void {
    delete this.state.buffered;
    this.fire(tickAt, 'buffer');
  }

  /** Enqueues a job for a tick. */
  run(tickAt: number, cause: FireCause, jobId: string): void {
    const { id: scheduleId, spec } = this.schedule;
    // Who triggers a run wants it now.
    const runAt =
      cause === 'trigger'
        ? this.now
        : tickAt + spec.job.delayMs + jitterOf(scheduleId, tickAt, spec.jitterMs);
    const tick = { scheduleId, tickAt, id: jobId, now: this.now, runAt };
    this.runs.push({ tickAt, cause, job: jobFromTemplate(spec.job, tick) });
    this.entries.push(
      tickEntry(scheduleId, tickAt, {
        status: 'fired',
        cause,
        firedAt: this.now,
        process: this.#process,
        jobId,
      }),
    );
    this.remember([...this.state.recent, { jobId, tickAt }]);
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

  /** Lets a tick wait for an earlier run to end. */
  buffer(tickAt: number): void {
    const detail = { status: 'buffered', decidedAt: this.now, process: this.#process } as const;
    this.entries.push(tickEntry(this.schedule.id, tickAt, detail));
    this.lookLater(tickAt);
  }

  /** Says when to look again whether a tick that waits can be fired, should nobody tell. */
  lookLater(tickAt: number): void {
    const wait = Math.min(LAST_LOOK_MS, Math.max(FIRST_LOOK_MS, (this.now - tickAt) / 4));
    this.state.buffered = { tickAt, lookAt: Math.ceil(this.now + wait) };
  }

  /** Remembers the latest runs. */
  remember(runs: readonly RecentRun[]): void {
    this.state.recent = runs.slice(asksForRuns(this.schedule.spec) ? -REMEMBERED : -1);
  }
}

/** The id of the job of a tick: the same in every process, and whenever it is asked for. */
export function jobIdOf({ id, spec }: StoredSchedule, tickAt: number): string {
  return spec.job.jobId ?? `schedule:${id}:${new Date(tickAt).toISOString()}`;
}
