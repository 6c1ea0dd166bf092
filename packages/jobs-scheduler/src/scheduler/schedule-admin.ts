import { randomUUID } from 'node:crypto';
import { JobsError } from '@philjs/jobs-core';
import { type Backend, invalidArgument, type ScheduleStore } from '@philjs/jobs-core/backend';
import { checkInteger, scheduleNotFoundError } from '@philjs/jobs-core/internal';
import { pausedStep } from '../plan/paused-step.ts';
import { type OwnPayload, Step } from '../plan/step.ts';
import { upcomingTicks } from '../plan/upcoming-ticks.ts';
import { MadeTemplates } from '../run/made-templates.ts';
import type { Stepper } from '../run/stepper.ts';
import type { StoreTime } from '../run/store-time.ts';
import { readSchedule, type StoredSchedule } from '../spec/stored-schedule.ts';
import { triggerJobId } from '../spec/tick-job-id.ts';
import { changeSchedule, contended } from '../store/change-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { TriggerOptions } from './trigger-options.ts';

const MAX_TRIES = 1000;

/** Holds the dependencies of an admin. */
export interface ScheduleAdminOptions {
  readonly backend: Backend;
  readonly store: ScheduleStore;
  readonly stepper: Stepper;
  readonly time: StoreTime;
  readonly process: string;
}

/** Pauses, resumes, triggers and previews a schedule by hand. */
export class ScheduleAdmin {
  readonly #options: ScheduleAdminOptions;

  constructor(options: ScheduleAdminOptions) {
    this.#options = options;
  }

  /** Pauses a schedule; returns whether there is one. A pause already there takes the new note. */
  async pause(id: string, note: string | undefined): Promise<boolean> {
    if (note !== undefined && (typeof note !== 'string' || note.length > 1000)) {
      throw invalidArgument('note', 'a string of up to 1,000 characters', note);
    }
    const { store, time } = this.#options;
    const now = await time.ask();
    const changed = await changeSchedule(store, id, (stored) => {
      if (stored === undefined || stored.state.removed !== undefined) return undefined;
      const { spec, state } = stored;
      if (state.paused !== undefined && state.paused.note === note) return undefined;
      const at = state.paused?.at ?? now;
      return { spec, state: { ...state, paused: { at, ...(note !== undefined && { note }) } } };
    });
    return changed !== undefined && changed.state.removed === undefined;
  }

  /** Ends a pause; the ticks that fell into it are noted as skipped. Returns whether there is such a schedule. */
  async resume(id: string): Promise<boolean> {
    const now = await this.#options.time.ask();
    const record = await this.#options.store.get({ id });
    if (record === undefined || readSchedule(record).state.removed !== undefined) return false;
    await this.retrying(id, async (schedule) => {
      if (schedule.state.paused === undefined) return true;
      return this.#options.stepper.commit(pausedStep(schedule, now, this.#options.process));
    });
    return true;
  }

  /** Runs a schedule's job now, also while it is paused; returns the id of the job. */
  async trigger(
    id: string,
    { overlap = 'allow', key }: TriggerOptions,
    own?: OwnPayload,
  ): Promise<string> {
    const now = await this.#options.time.ask();
    const name = key ?? `${new Date(now).toISOString()}:${randomUUID().slice(0, 8)}`;
    const jobId = triggerJobId(id, name);
    const made = new MadeTemplates();
    return this.retrying(id, async (current) => {
      if (key !== undefined && (await this.#options.backend.get({ id: jobId }))) return jobId;
      if (overlap === 'skip') await this.#checkIdle(id);
      const step = new Step(current, now, this.#options.process);
      const at = this.#freeTime(current, now);
      step.state.lastTriggerAt = at;
      step.state.lastRunAt = Math.max(now, current.state.lastRunAt ?? now);
      // A triggered run starts now, without delay or jitter.
      step.run(at, 'trigger', { jobId, runAt: now, ...(own !== undefined && { own }) });
      const committed = await this.#options.stepper.commit(step, made);
      return committed && (committed.results[0]?.id ?? jobId);
    });
  }

  /** Previews when a schedule fires next, as if it were not paused. */
  async nextRuns(id: string, count: number): Promise<readonly Date[]> {
    const wanted = checkInteger('count', count, { min: 1, max: 10_000 });
    const now = await this.#options.time.ask();
    return (await upcomingTicks(await this.get(id), now, wanted)).map((tick) => new Date(tick));
  }

  /**
   * Reads a schedule.
   *
   * @throws JobsError `JOBS_NOT_FOUND`
   */
  async get(id: string): Promise<StoredSchedule> {
    const record = await this.#options.store.get({ id });
    const schedule = record && readSchedule(record);
    if (schedule !== undefined && schedule.state.removed === undefined) return schedule;
    throw scheduleNotFoundError(id);
  }

  /** Decides again as long as other processes change the schedule first. */
  async retrying<T>(
    id: string,
    attempt: (schedule: StoredSchedule) => Promise<T | undefined>,
  ): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const done = await attempt(await this.get(id));
      if (done !== undefined) return done;
    }
    throw contended(id);
  }

  /** Finds a time that no entry of the ledger has: entries are identified by time, so a run by hand needs a free one. */
  #freeTime({ spec, state }: StoredSchedule, now: number): number {
    const timetable = timetableOf(spec);
    let at = Math.max(now, (state.lastTriggerAt ?? 0) + 1);
    const isTaken = (): boolean =>
      at === state.tickAt || at === state.lastTickAt || (at > state.createdAt && timetable.has(at));
    while (isTaken()) at += 1;
    return at;
  }

  async #checkIdle(id: string): Promise<void> {
    const [jobId] = await this.#options.store.liveRuns({ id });
    if (jobId === undefined) return;
    throw new JobsError(
      'JOBS_CONFLICT',
      `Schedule \`${id}\` has a run that has not ended: job \`${jobId}\`. Wait for it, or trigger with \`overlap: 'allow'\`.`,
      { details: { scheduleId: id, jobId } },
    );
  }
}
