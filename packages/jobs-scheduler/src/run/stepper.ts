import {
  type AddResult,
  type Backend,
  type Clock,
  escapeControls,
  type IQueue,
  type ScheduleStore,
  type TickEntry,
} from '@philjs/jobs-core';
import { type FiredDetail, tickDetail, tickEntry } from '../history/tick-detail.ts';
import { planStep } from '../plan/plan-step.ts';
import { type RunsSeen, seeRuns } from '../plan/see-runs.ts';
import type { Step } from '../plan/step.ts';
import { asksForRuns } from '../spec/schedule-spec.ts';
import type { RecentRun, ScheduleState } from '../spec/schedule-state.ts';
import { readSchedule, type StoredSchedule, wakeAt } from '../spec/stored-schedule.ts';
import { timetableOf } from '../ticks/timetable-of.ts';
import type { Callbacks } from './callbacks.ts';
import type { LatenessRecorder } from './lateness-recorder.ts';
import type { RunWatcher } from './run-watcher.ts';

/** A tick found later than this was missed: this process was suspended, or could not reach the store. */
const LATE_MS = 10_000;
/** How long another process may take to fire a tick from before this one was started. */
const HANDOVER_MS = 1_000;

/** What a stepper works with. */
export interface StepServices {
  readonly queue: IQueue;
  readonly backend: Backend;
  readonly store: ScheduleStore;
  readonly clock: Clock;
  readonly callbacks: Callbacks;
  readonly lateness: LatenessRecorder;
  readonly watcher: RunWatcher;
  /** How this process is called in the ledger. */
  readonly process: string;
  readonly report: (error: unknown) => void;
}

/**
 * Tells how a step went: when the schedule is due again, whether another process was faster, or
 * when to look again because another process may be about to fire it.
 */
export type StepResult =
  | { readonly type: 'done'; readonly nextAt: number | undefined }
  | { readonly type: 'lost' }
  | { readonly type: 'hold'; readonly until: number };

/** Takes schedules from tick to tick: decides what is due, claims it, and tells those concerned. */
export class Stepper {
  readonly #services: StepServices;

  constructor(services: StepServices) {
    this.#services = services;
  }

  /** Fires or skips what is due of a schedule. Ticks before `liveSince` were missed. */
  async step(schedule: StoredSchedule, liveSince: number): Promise<StepResult> {
    const { clock, store, backend, process } = this.#services;
    const { id, spec, state } = schedule;
    const now = clock.now();
    if (state.ended !== undefined) {
      if (spec.once && (wakeAt(spec, state) ?? now) <= now) await store.remove({ id });
      return { type: 'done', nextAt: undefined };
    }
    const lateMs = now - (state.tickAt ?? now);
    const missedBefore = lateMs > LATE_MS ? now + 1 : liveSince;
    const handover = (state.tickAt ?? now) + HANDOVER_MS;
    if (spec.catchUp.policy === 'skip' && handover - HANDOVER_MS < missedBefore && now < handover) {
      if (backend.capabilities.multiProcess) return { type: 'hold', until: handover };
    }
    const seen = asksForRuns(spec) ? await this.#seeRuns(schedule) : undefined;
    const timetable = timetableOf(spec);
    const planned = planStep({ schedule, timetable, now, missedBefore, seen, process });
    const fired = await this.commit(planned.step);
    if (fired === undefined) return { type: 'lost' };
    await this.#clearTheWay(fired, planned.cancel, seen);
    return { type: 'done', nextAt: wakeAt(fired.spec, fired.state) };
  }

  /** Claims a step: the schedule, its jobs and the ledger change together, if nobody was faster. */
  async commit(step: Step): Promise<StoredSchedule | undefined> {
    const { store, watcher } = this.#services;
    const { id, revision, spec } = step.schedule;
    const state: ScheduleState = { ...step.state };
    for (const { job, tickAt } of step.runs) {
      const detail = detailOf(step.entries, tickAt);
      if (detail !== undefined) watcher.track(job.id, id, tickAt, detail);
    }
    try {
      const { fired, schedule, results } = await store.fire({
        id,
        expectedRevision: revision,
        nextAt: wakeAt(spec, state),
        state: state as unknown as Parameters<ScheduleStore['fire']>[0]['state'],
        jobs: step.runs.map(({ job }) => job),
        entries: step.entries,
      });
      if (fired && schedule !== undefined) {
        await this.#tell(step, results ?? []);
        return readSchedule(schedule);
      }
    } catch (error) {
      this.#untrack(step);
      throw error;
    }
    this.#untrack(step);
    return undefined;
  }

  /** Looks at a schedule whose run has ended that a tick waits for. */
  async settle(id: string, liveSince: number): Promise<void> {
    const record = await this.#services.store.get({ id });
    if (record === undefined) return;
    const schedule = readSchedule(record);
    const { buffered, paused, ended } = schedule.state;
    if (buffered === undefined || paused !== undefined || ended !== undefined) return;
    await this.step(schedule, liveSince);
  }

  #untrack({ runs }: Step): void {
    for (const { job } of runs) this.#services.watcher.untrack(job.id);
  }

  #seeRuns({ id, state }: StoredSchedule): Promise<RunsSeen> {
    const { backend, store } = this.#services;
    return seeRuns(state, {
      job: (jobId) => backend.get({ id: jobId }),
      ended: async ({ tickAt, jobId }: RecentRun) => {
        const entries = await store.history({ id, limit: 100 });
        const detail = detailOf(entries, tickAt);
        if (detail?.jobId !== jobId || detail.outcome === undefined) return undefined;
        const { outcome } = detail;
        return outcome === 'completed' || outcome === 'failed' ? outcome : 'other';
      },
    });
  }

  /** Cancels the runs in the way of a tick that waits, and watches those that go on. */
  async #clearTheWay(
    { id, state }: StoredSchedule,
    cancel: readonly string[],
    seen: RunsSeen | undefined,
  ): Promise<void> {
    if (state.buffered === undefined || seen === undefined) return;
    const { queue, watcher, report } = this.#services;
    const reason = `Schedule ${id} starts its next run.`;
    const cancelling = cancel.map((jobId) => queue.cancelJob(jobId, reason).catch(report));
    await Promise.all(cancelling);
    await Promise.all(seen.unfinished.map((run) => watcher.await(run.jobId, id, run.tickAt)));
  }

  async #tell(step: Step, results: readonly AddResult[]): Promise<void> {
    const { lateness, callbacks } = this.#services;
    const { id, spec, state: before } = step.schedule;
    await this.#correct(step, results);
    this.tellTicks(step.entries);
    for (const { tickAt, cause, job } of step.runs) {
      if (cause === 'tick' || cause === 'catch-up') {
        lateness.record(spec.job.name, step.now, step.now - tickAt);
      }
      const tick = { scheduleId: id, jobId: job.id, firedAt: new Date(step.now) };
      callbacks.fired(new Date(tickAt), tick);
    }
    const { paused } = step.state;
    if (paused !== undefined && before.paused === undefined) {
      this.#services.queue.logger.warn(`Schedule ${escapeControls(id)}: ${paused.note}`);
    }
    this.tellEnd(id, before, step.state);
  }

  /** Tells what became of ticks, as the ledger has it. */
  tellTicks(entries: readonly TickEntry[]): void {
    for (const entry of entries) this.#emit(entry);
  }

  /** Tells that a schedule has ended, if it has by this change. */
  tellEnd(id: string, before: ScheduleState, { ended }: ScheduleState): void {
    if (ended === undefined || before.ended !== undefined) return;
    const { process, callbacks } = this.#services;
    const detail = { status: 'ended', reason: ended.reason, decidedAt: ended.at, process } as const;
    this.#emit(tickEntry(id, ended.at, detail));
    callbacks.completed(id);
  }

  /** Writes to the ledger the jobs that took the place of new ones, because they hold their key. */
  async #correct(step: Step, results: readonly AddResult[]): Promise<void> {
    const entries: TickEntry[] = [];
    for (const [index, { job, tickAt }] of step.runs.entries()) {
      const jobId = results[index]?.id ?? job.id;
      const detail = detailOf(step.entries, tickAt);
      if (jobId === job.id || detail === undefined) continue;
      this.#services.watcher.untrack(job.id);
      entries.push(tickEntry(step.schedule.id, tickAt, { ...detail, jobId }));
    }
    if (entries.length === 0) return;
    await this.#services.store.record({ entries }).catch(this.#services.report);
  }

  #emit(tick: TickEntry): void {
    const { queue, clock } = this.#services;
    queue.emit({ type: 'tick', queueName: queue.name, at: new Date(clock.now()), tick });
  }
}

/** What the entries say of a tick that was fired. */
function detailOf(entries: readonly TickEntry[], tickAt: number): FiredDetail | undefined {
  const entry = entries.find((candidate) => candidate.tickAt === tickAt);
  const detail = entry && tickDetail(entry);
  return detail?.status === 'fired' ? detail : undefined;
}
