import { randomUUID } from 'node:crypto';
import {
  checkInteger,
  checkTime,
  invalidArgument,
  JobsError,
  type ScheduleStore,
  type TickEntry,
} from '@philjs/jobs-core';
import { type TickDetail, tickDetail, tickEntry } from '../history/tick-detail.ts';
import { jobIdOf, Step } from '../plan/step.ts';
import type { Stepper } from '../run/stepper.ts';
import type { ScheduleState } from '../spec/schedule-state.ts';
import { readSchedule, type StoredSchedule } from '../spec/stored-schedule.ts';
import { changeSchedule, contended } from '../store/change-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';

/** How many ticks one backfill may run. */
const MAX_BACKFILL = 10_000;
const BATCH = 100;
const MAX_TRIES = 1000;

/** What an admin works with. */
export interface ScheduleAdminOptions {
  readonly store: ScheduleStore;
  readonly stepper: Stepper;
  readonly now: () => number;
  readonly process: string;
}

/** Says which ticks to run again. */
export interface BackfillRange {
  /** The earliest tick. */
  readonly from: Date | number;
  /** The latest tick; those later than now are left to their time. */
  readonly to: Date | number;
}

/** Does to a schedule what a person asks for: pauses, resumes, triggers and backfills it. */
export class ScheduleAdmin {
  readonly #options: ScheduleAdminOptions;

  constructor(options: ScheduleAdminOptions) {
    this.#options = options;
  }

  /** Pauses a schedule; answers whether there is one. A pause already there takes the new note. */
  async pause(id: string, note: string | undefined): Promise<boolean> {
    if (note !== undefined && (typeof note !== 'string' || note.length > 1000)) {
      throw invalidArgument('note', 'a string of up to 1,000 characters', note);
    }
    const { store, now } = this.#options;
    const changed = await changeSchedule(store, id, (stored) => {
      if (stored === undefined) return undefined;
      const { spec, state } = stored;
      if (state.paused !== undefined && state.paused.note === note) return undefined;
      const at = state.paused?.at ?? now();
      return { spec, state: { ...state, paused: { at, ...(note !== undefined && { note }) } } };
    });
    return changed !== undefined;
  }

  /** Ends a pause; the ticks that fell into it are noted as skipped. Answers whether there is such a schedule. */
  async resume(id: string): Promise<boolean> {
    const { store, now, process, stepper } = this.#options;
    let entries: TickEntry[] = [];
    let before: ScheduleState | undefined;
    const changed = await changeSchedule(store, id, (stored) => {
      entries = [];
      before = stored?.state;
      if (stored?.state.paused === undefined) return undefined;
      const at = now();
      const missed = ticksWhilePaused(stored, at);
      const detail: TickDetail = { status: 'skipped', reason: 'paused', decidedAt: at, process };
      entries = missed.map((tickAt) => tickEntry(id, tickAt, detail));
      return { spec: stored.spec, state: stateAfterPause(stored, at, missed.at(-1)) };
    });
    if (entries.length > 0) await store.record({ entries });
    stepper.tellTicks(entries);
    if (changed !== undefined && before !== undefined) stepper.tellEnd(id, before, changed.state);
    return changed !== undefined;
  }

  /** Runs a schedule's job now, whatever its overlap policy and also while it is paused. */
  async trigger(id: string): Promise<string> {
    return this.#retrying(id, async (schedule) => {
      const now = this.#options.now();
      const { tickAt, lastTickAt, lastRunAt, lastTriggerAt = 0 } = schedule.state;
      // An entry of the ledger is known by its time, so one that is taken cannot be used.
      let at = Math.max(now, lastTriggerAt + 1);
      while (at === tickAt || at === lastTickAt) at += 1;
      const step = new Step(schedule, now, this.#options.process);
      step.state.lastTriggerAt = at;
      step.state.lastRunAt = Math.max(now, lastRunAt ?? now);
      const jobId = `schedule:${id}:${new Date(now).toISOString()}:${randomUUID().slice(0, 8)}`;
      step.run(at, 'trigger', jobId);
      return (await this.#options.stepper.commit(step)) && jobId;
    });
  }

  /** Enqueues the jobs of past ticks that have not run; answers their ids. */
  async backfill(id: string, range: BackfillRange): Promise<readonly string[]> {
    const from = checkTime('from', range.from);
    const to = Math.min(checkTime('to', range.to), this.#options.now());
    if (from > checkTime('to', range.to))
      throw invalidArgument('to', 'not before `from`', range.to);
    const ticks = await this.#missingTicks(await this.get(id), from, to);
    const jobIds: string[] = [];
    for (let start = 0; start < ticks.length; start += BATCH) {
      const batch = ticks.slice(start, start + BATCH);
      const added = await this.#retrying(id, async (schedule) => {
        const step = new Step(schedule, this.#options.now(), this.#options.process);
        for (const tickAt of batch) step.run(tickAt, 'backfill', jobIdOf(schedule, tickAt));
        const ids = step.runs.map(({ job }) => job.id);
        return (await this.#options.stepper.commit(step)) && ids;
      });
      jobIds.push(...added);
    }
    return jobIds;
  }

  /** Previews when a schedule fires next, as if it were not paused. */
  async nextRuns(id: string, count: number): Promise<readonly Date[]> {
    const wanted = checkInteger('count', count, { min: 1, max: 10_000 });
    const { spec, state } = await this.get(id);
    if (state.ended !== undefined) return [];
    const timetable = timetableOf(spec);
    const left = (spec.maxRuns ?? Number.POSITIVE_INFINITY) - state.runsCount;
    const runs: Date[] = [];
    let tick = state.paused === undefined ? state.tickAt : timetable.next(this.#options.now());
    while (tick !== undefined && runs.length < Math.min(wanted, left)) {
      runs.push(new Date(tick));
      tick = timetable.next(tick);
    }
    return runs;
  }

  /**
   * Reads a schedule.
   *
   * @throws JobsError `JOBS_NOT_FOUND`
   */
  async get(id: string): Promise<StoredSchedule> {
    const record = await this.#options.store.get({ id });
    if (record !== undefined) return readSchedule(record);
    throw new JobsError('JOBS_NOT_FOUND', `There is no schedule \`${id}\`.`, {
      details: { scheduleId: id },
    });
  }

  /** Finds the ticks of a time the ledger knows no run of. */
  async #missingTicks(
    schedule: StoredSchedule,
    from: number,
    to: number,
  ): Promise<readonly number[]> {
    const ticks = timetableOf(schedule.spec).latest(MAX_BACKFILL + 1, from, to);
    if (ticks.length > MAX_BACKFILL) {
      throw invalidArgument('from', `such that there are at most ${MAX_BACKFILL} ticks`, from);
    }
    const entries = await this.#options.store.history({ id: schedule.id, limit: MAX_BACKFILL });
    const fired = entries.filter((entry) => tickDetail(entry)?.status === 'fired');
    const known = new Set(fired.map(({ tickAt }) => tickAt));
    // What is due is about to be fired.
    const due = schedule.state.tickAt ?? Number.POSITIVE_INFINITY;
    const isHeld = schedule.state.paused !== undefined || schedule.state.ended !== undefined;
    return ticks.filter((tick) => !known.has(tick) && (isHeld || tick < due));
  }

  /** Decides anew for as long as other processes are faster. */
  async #retrying<T>(
    id: string,
    attempt: (schedule: StoredSchedule) => Promise<T | undefined>,
  ): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const done = await attempt(await this.get(id));
      if (done !== undefined) return done;
    }
    throw contended(id);
  }
}

/** The latest ticks that fell into a pause. */
function ticksWhilePaused({ spec, state }: StoredSchedule, now: number): readonly number[] {
  if (state.tickAt === undefined || state.ended !== undefined) return [];
  return timetableOf(spec).latest(BATCH, state.tickAt, now);
}

function stateAfterPause(
  { spec, state }: StoredSchedule,
  now: number,
  lastMissed: number | undefined,
): ScheduleState {
  const { paused: _, tickAt, ...rest } = state;
  if (tickAt === undefined || tickAt > now) {
    return { ...rest, failures: 0, ...(tickAt !== undefined && { tickAt }) };
  }
  const next = timetableOf(spec).next(now);
  const isOver = next === undefined && state.buffered === undefined && state.ended === undefined;
  return {
    ...rest,
    failures: 0,
    ...(lastMissed !== undefined && { lastTickAt: lastMissed }),
    ...(next !== undefined && { tickAt: next }),
    ...(isOver && {
      ended: { at: now, reason: spec.endAt === undefined ? 'no-more-ticks' : 'end-date' } as const,
    }),
  };
}
