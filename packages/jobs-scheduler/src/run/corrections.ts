import type { JsonObject } from '@philjs/jobs-core';
import type { AddResult, ScheduleStore } from '@philjs/jobs-core/backend';
import { packEntry } from '../history/packed-detail.ts';
import { firedDetail, tickEntry } from '../history/tick-detail.ts';
import type { PlannedRun, Step } from '../plan/step.ts';
import { withoutRuns } from '../plan/without-runs.ts';
import { type StoredSchedule, wakeAt } from '../spec/stored-schedule.ts';
import { changeSchedule } from '../store/change-schedule.ts';
import type { RunWatcher } from './run-watcher.ts';

/** Holds the dependencies of corrections. */
export interface CorrectionsOptions {
  readonly store: ScheduleStore;
  readonly watcher: RunWatcher;
  /** The name of this process in the ledger. */
  readonly process: string;
}

/**
 * Corrects what a claimed step says of ticks that did not run. The store adds no job whose id another has, or whose
 * deduplication key another holds: what it adds, it adds with the step, so a job that is there already is never the tick's own.
 */
export class Corrections {
  readonly #options: CorrectionsOptions;

  constructor(options: CorrectionsOptions) {
    this.#options = options;
  }

  /**
   * Corrects the entries of the ticks of a step by the results of its jobs; an entry names the other job, also where that
   * one took over the payload. A step of one run was stored as it is to be; where it had several, the runs that were none
   * are taken out of the schedule.
   */
  async make(
    step: Step,
    stored: StoredSchedule,
    results: readonly AddResult[],
  ): Promise<StoredSchedule> {
    const { store, watcher, process } = this.#options;
    const { id, spec } = step.schedule;
    const dropped: PlannedRun[] = [];
    const corrected = new Set<number>();
    for (const [index, run] of step.runs.entries()) {
      const { id: jobId, outcome } = results[index] ?? {};
      const detail = firedDetail(step.entries, run.tickAt);
      if (jobId === undefined || outcome === 'added' || detail === undefined) continue;
      const at = step.entries.findIndex((entry) => entry.tickAt === run.tickAt);
      watcher.untrack(run.job.id);
      corrected.add(run.tickAt);
      if (outcome === 'duplicate') dropped.push(run);
      const skipped = { status: 'skipped', reason: 'deduplicated', jobId, process } as const;
      step.entries[at] = tickEntry(
        id,
        run.tickAt,
        outcome === 'duplicate' ? { ...skipped, decidedAt: step.now } : { ...detail, jobId },
      );
    }
    const entries = step.entries.filter(({ tickAt }) => corrected.has(tickAt));
    if (entries.length === 0) return stored;
    await store.record({ entries: entries.map(packEntry), known: true });
    const counted = dropped.filter(({ cause }) => cause !== 'trigger');
    if (counted.length === 0 || step.runs.length === 1) return stored;
    const changed = await changeSchedule(store, id, (now) => now && withoutRuns(now, counted));
    return changed ?? { ...stored, spec };
  }
}

/** Returns what to store if a step's only job is not stored, as another one is in its way. */
export function ifDropped(step: Step): Parameters<ScheduleStore['fire']>[0]['ifDuplicate'] {
  const [run, ...others] = step.runs;
  if (run === undefined || others.length > 0) return undefined;
  const { state, entries } = step.ifDropped(run);
  return {
    nextAt: wakeAt(step.schedule.spec, state),
    state: state as unknown as JsonObject,
    entries: entries.map(packEntry),
  };
}
