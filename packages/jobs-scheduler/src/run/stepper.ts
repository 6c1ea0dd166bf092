import { type IQueue, isJobsError } from '@philjs/jobs-core';
import type {
  AddResult,
  Backend,
  ScheduleStore,
  TickCounter,
  TickEntry,
} from '@philjs/jobs-core/backend';
import { escapeControls } from '@philjs/jobs-core/internal';
import { packEntry } from '../history/packed-detail.ts';
import { tickCounts } from '../history/tick-counts.ts';
import { firedDetail, tickEntry } from '../history/tick-detail.ts';
import type { PayloadTick } from '../options/payload-maker.ts';
import { LATE_MS } from '../plan/due-ticks.ts';
import { planStep } from '../plan/plan-step.ts';
import { type RunSource, type RunsSeen, seeRuns } from '../plan/see-runs.ts';
import type { PlannedRun, Step } from '../plan/step.ts';
import { asksForRuns } from '../spec/schedule-spec.ts';
import type { RecentRun, ScheduleState } from '../spec/schedule-state.ts';
import { isOver, readSchedule, type StoredSchedule, wakeAt } from '../spec/stored-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { Backlog } from './backlog.ts';
import type { Callbacks } from './callbacks.ts';
import { cancelRun } from './cancel-run.ts';
import { Corrections, ifDropped } from './corrections.ts';
import { MadeTemplates } from './made-templates.ts';
import type { Asking, PayloadMakers } from './payload-makers.ts';
import type { RunWatcher } from './run-watcher.ts';
import type { StoreTime } from './store-time.ts';
import type { TickRecorder } from './tick-recorder.ts';
import type { UntidyRuns } from './untidy-runs.ts';

/** Holds the dependencies of a stepper. */
export interface StepServices {
  readonly queue: IQueue;
  readonly backend: Backend;
  readonly store: ScheduleStore;
  readonly time: StoreTime;
  readonly backlog: Backlog;
  readonly callbacks: Callbacks;
  readonly recorder: TickRecorder;
  readonly watcher: RunWatcher;
  readonly makers: PayloadMakers;
  readonly untidy: UntidyRuns;
  /** The name of this process in the ledger. */
  readonly process: string;
  readonly report: (error: unknown) => void;
}

/** Describes the result of a step: when the schedule is due again, or that another process was faster. */
export type StepResult =
  | { readonly type: 'done'; readonly nextAt: number | undefined }
  | { readonly type: 'lost' };

/** Configures a claim. */
interface ClaimOptions {
  /** The time before which ticks were missed; absent for a step that a call makes. */
  readonly missedBefore?: number;
  /** The templates that earlier tries made. */
  readonly made: MadeTemplates;
}

/** Describes a claimed step: the schedule after it, and the outcome of its jobs. */
export interface Committed {
  readonly schedule: StoredSchedule;
  readonly results: readonly AddResult[];
}

/** Takes schedules from tick to tick: decides which ticks are due, claims them, and sends events and callbacks. */
export class Stepper {
  readonly #services: StepServices;
  readonly #corrections: Corrections;

  constructor(services: StepServices) {
    this.#services = services;
    this.#corrections = new Corrections(services);
  }

  /**
   * Fires or skips the due ticks of a schedule. How late a tick is counts to the time at which it was found
   * (`foundAt`), however long the schedules before it took. If the schedule was changed while a payload was computed,
   * decides again, with that payload.
   */
  async step(schedule: StoredSchedule, foundAt?: number): Promise<StepResult> {
    const { time, store, backlog } = this.#services;
    const made = new MadeTemplates();
    const lateAt = foundAt ?? backlog.since ?? time.now();
    let result = await this.#tryStep(schedule, lateAt, made);
    while (result.type === 'lost' && made.helps) {
      const record = await store.get({ id: schedule.id });
      if (record === undefined || (record.nextAt ?? Number.POSITIVE_INFINITY) > time.now()) break;
      result = await this.#tryStep(readSchedule(record), lateAt, made);
    }
    return result.type === 'done' ? result : { type: 'lost' };
  }

  async #tryStep(
    schedule: StoredSchedule,
    lateAt: number,
    made: MadeTemplates,
  ): Promise<StepResult | { readonly type: 'unmade' }> {
    const { time, store, process } = this.#services;
    const { id, spec, state } = schedule;
    const now = time.now();
    if (isOver(state) || state.removed !== undefined) {
      const isForgotten = spec.once || state.removed !== undefined;
      if (isForgotten && (wakeAt(spec, state) ?? now) <= now) await store.remove({ id });
      return { type: 'done', nextAt: undefined };
    }
    if (!this.#services.makers.canFire(id, spec)) return { type: 'done', nextAt: undefined };
    const asks = asksForRuns(spec) || state.buffered !== undefined;
    const seen = asks ? await this.#seeRuns(schedule) : undefined;
    const from = state.leftovers?.[0]?.tickAt ?? state.tickAt;
    const seenAt = Math.min(now, lateAt);
    const missedBefore = this.#services.makers.missedBefore(id, from, seenAt - LATE_MS);
    const planned = await planStep({ schedule, now, missedBefore, seen, process });
    const fired = await this.#claim(planned.step, { missedBefore, made });
    if (fired === 'lost' || fired === 'unmade') return { type: fired };
    const started = planned.step.runs.map(({ job }) => job.id);
    const inTheWay = [...(seen?.unfinished ?? []), ...started];
    await this.#clearTheWay(fired.schedule, planned.cancel, inTheWay);
    return { type: 'done', nextAt: wakeAt(fired.schedule.spec, fired.schedule.state) };
  }

  /**
   * Claims a step that a call makes: it has no ticks that were missed, and fails with what a function for its payloads
   * throws. `undefined` if another process was faster; the next try with the same `made` uses the payloads of this one.
   */
  async commit(
    step: Step,
    made: MadeTemplates = new MadeTemplates(),
  ): Promise<Committed | undefined> {
    const claimed = await this.#claim(step, { made });
    return typeof claimed === 'string' ? undefined : claimed;
  }

  /** Claims a step: the schedule, its jobs and the ledger change together, unless another process was faster. */
  async #claim(
    step: Step,
    { missedBefore, made }: ClaimOptions,
  ): Promise<Committed | 'lost' | 'unmade'> {
    const { store, watcher, makers, untidy } = this.#services;
    const { id, revision, spec } = step.schedule;
    const asking = { made, isByCall: missedBefore === undefined };
    const isMade =
      spec.computed === true
        ? await this.#makePayloads(step, asking, missedBefore)
        : await this.#makeDeadlines(step, asking);
    if (!isMade) return 'unmade';
    const state: ScheduleState = { ...step.state };
    for (const { job, tickAt } of step.runs) {
      const detail = firedDetail(step.entries, tickAt);
      if (detail !== undefined) watcher.track(job.id, id, tickAt, detail);
    }
    const ifDuplicate = ifDropped(step);
    try {
      const { fired, schedule, results } = await store.fire({
        id,
        expectedRevision: revision,
        nextAt: wakeAt(spec, state),
        state: state as unknown as Parameters<ScheduleStore['fire']>[0]['state'],
        jobs: step.runs.map(({ job }) => job),
        entries: step.entries.map(packEntry),
        track: true,
        ...(ifDuplicate !== undefined && { ifDuplicate }),
        ...(spec.keepHistory !== undefined && { keep: spec.keepHistory }),
      });
      if (fired && schedule !== undefined) {
        if (missedBefore !== undefined) makers.settled(id);
        this.#keep(step, results ?? []);
        await untidy.add(step.schedule, step.runs.length);
        const stored = await this.#corrections.make(step, readSchedule(schedule), results ?? []);
        this.#report(step, stored);
        return { schedule: stored, results: results ?? [] };
      }
    } catch (error) {
      this.#untrack(step);
      throw error;
    }
    this.#untrack(step);
    return 'lost';
  }

  /**
   * Computes the payloads of the runs of a step. A tick whose payload cannot be computed is skipped in the end. Returns
   * `false` if this process no longer declares the schedule so, as its declaration was changed in between, or stops.
   */
  async #makePayloads(
    step: Step,
    asking: Asking,
    missedBefore: number | undefined,
  ): Promise<boolean> {
    const { makers, report, time } = this.#services;
    const { id, spec } = step.schedule;
    for (const run of openRuns(step)) {
      const { tickAt } = run;
      try {
        const template = await makers.make(id, spec, payloadTick(id, run), asking);
        if (template === undefined) return false;
        step.setJob(run, template, time.now());
      } catch (error) {
        if (missedBefore === undefined) throw error;
        if (!makers.canFire(id, spec)) return false;
        if (!makers.givesUp(id, tickAt, missedBefore, error)) throw error;
        report(error);
        step.takeBack(run, 'payload');
      }
    }
    return true;
  }

  /**
   * Asks for the deadlines of the jobs of a step; each has one by its template already, and keeps it where one before it
   * took too long. Returns `false` if this process stops.
   */
  async #makeDeadlines(step: Step, asking: Asking): Promise<boolean> {
    const { makers, report } = this.#services;
    const { id, spec } = step.schedule;
    for (const run of asking.made.isTooSlow ? [] : openRuns(step)) {
      try {
        const template = await makers.withDeadline(id, spec, payloadTick(id, run), asking);
        if (template === undefined) return false;
        step.setJob(run, template, step.now);
      } catch (error) {
        report(error);
        asking.made.isTooSlow = isJobsError(error, 'JOBS_TIMEOUT');
        if (asking.made.isTooSlow) break;
      }
    }
    return true;
  }

  /** Steps a schedule with a waiting tick after the run it was waiting for has ended. */
  async settle(id: string): Promise<void> {
    const record = await this.#services.store.get({ id });
    if (record === undefined) return;
    const schedule = readSchedule(record);
    const { buffered, paused, removed } = schedule.state;
    if (buffered === undefined || (paused ?? removed) !== undefined) return;
    await this.step(schedule);
  }

  /** Tells the watcher which runs are the step's own: of the others, another job has the id or the key. */
  #keep({ runs }: Step, results: readonly AddResult[]): void {
    for (const [index, { job }] of runs.entries()) {
      if (results[index]?.outcome === 'added') this.#services.watcher.kept(job.id);
    }
  }

  #untrack({ runs }: Step): void {
    for (const { job } of runs) this.#services.watcher.untrack(job.id);
  }

  #seeRuns({ id, spec, state }: StoredSchedule): Promise<RunsSeen> {
    const { backend, store } = this.#services;
    const source: RunSource = {
      live: () => store.liveRuns({ id }),
      job: (jobId) => backend.get({ id: jobId }),
      ended: async ({ tickAt, jobId }: RecentRun) => {
        const entries = await store.history({ id, limit: spec.keepHistory ?? 100 });
        const detail = firedDetail(entries, tickAt);
        if (detail?.jobId !== jobId || detail.outcome === undefined) return undefined;
        return detail.outcome === 'completed' || detail.outcome === 'failed'
          ? detail.outcome
          : 'other';
      },
    };
    return seeRuns(spec, state, source);
  }

  /** Cancels the runs that block a waiting tick, and watches those that have not ended. */
  async #clearTheWay(
    { id, state }: StoredSchedule,
    cancel: readonly string[],
    inTheWay: readonly string[],
  ): Promise<void> {
    if (state.buffered === undefined) return;
    const { queue, watcher, report } = this.#services;
    const reason = `Schedule ${id} starts its next run.`;
    const cancelling = cancel.map((jobId) => cancelRun(queue, jobId, reason).catch(report));
    await Promise.all(cancelling);
    await Promise.all(inTheWay.map((jobId) => watcher.await(jobId, id)));
  }

  #report(step: Step, stored: StoredSchedule): void {
    const { recorder, callbacks } = this.#services;
    const { id, spec, state: before } = step.schedule;
    this.reportTicks(step.entries);
    this.#count(step);
    for (const { tickAt, cause, job } of step.runs) {
      const { firedAt } = firedDetail(step.entries, tickAt) ?? {};
      if (firedAt === undefined) continue;
      if (cause === 'tick' || cause === 'catch-up') {
        recorder.record(spec.job.name, firedAt, firedAt - tickAt);
      }
      const tick = { scheduleId: id, jobId: job.id, firedAt: new Date(firedAt) };
      callbacks.fired(new Date(tickAt), tick);
    }
    const { paused } = step.state;
    if (paused !== undefined && before.paused === undefined) {
      this.#services.queue.logger.warn(`Schedule ${escapeControls(id)}: ${paused.note}`);
    }
    this.reportEnd(id, before, stored.state);
  }

  /** Counts the results of the ticks of a step, in the metrics. */
  #count({ entries, now, schedule: { spec, state } }: Step): void {
    const [leftover] = state.leftovers ?? [];
    for (const entry of entries) {
      const isLeftover = leftover !== undefined && entry.tickAt <= leftover.until;
      const timetable = timetableOf(isLeftover ? leftover : spec);
      for (const [counter, by] of Object.entries(tickCounts(entry, timetable))) {
        this.#services.recorder.count(spec.job.name, now, counter as TickCounter, by);
      }
    }
  }

  /** Sends events and callbacks for ticks, from their ledger entries. */
  reportTicks(entries: readonly TickEntry[]): void {
    for (const entry of entries) this.#emit(entry);
  }

  /** Sends the end of a schedule if this change ended it. */
  reportEnd(id: string, before: ScheduleState, { ended }: ScheduleState): void {
    if (ended === undefined || before.ended !== undefined) return;
    const { process, callbacks } = this.#services;
    const detail = { status: 'ended', reason: ended.reason, decidedAt: ended.at, process } as const;
    this.#emit(tickEntry(id, ended.at, detail));
    callbacks.completed(id);
  }

  #emit(tick: TickEntry): void {
    const { queue, time } = this.#services;
    queue.emit({ type: 'tick', queueName: queue.name, at: new Date(time.now()), tick });
  }
}

/** Lists the runs of a step whose payload or deadline is still to be computed. */
function openRuns({ runs }: Step): readonly PlannedRun[] {
  return runs.filter(({ open }) => open !== undefined);
}

/** Describes the tick of a run to the function that computes its payload. */
function payloadTick(scheduleId: string, { tickAt, cause, open }: PlannedRun): PayloadTick {
  const number = open?.number === undefined ? {} : { number: open.number };
  return { scheduleId, scheduledAt: new Date(tickAt), cause, ...number };
}
