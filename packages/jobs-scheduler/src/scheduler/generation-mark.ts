import type { SchedulePut, ScheduleRecord, ScheduleStore } from '@philjs/jobs-core/backend';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import { type StoredSchedule, toRecord } from '../spec/stored-schedule.ts';
import { changeSchedule, type ScheduleChange } from '../store/change-schedule.ts';

/** The owner of a list of schedules, and its generation. */
export type Mark = NonNullable<ScheduleSpec['declared']>;

/**
 * Returns the id under which the store keeps the latest generation of an owner's list: as a schedule that was removed, which
 * nobody sees. It tells of a list that is empty or changed nothing, and of two lists that are declared at the same time the
 * later one finds it changed. No schedule can have that id.
 */
export function markId(owner: string | undefined): string {
  return owner === undefined ? '\u0001sync' : `\u0001sync ${owner}`;
}

/** Makes the change that stores a generation. */
export function markChange(mark: Mark, now: number): SchedulePut['schedule'] {
  const { spec, state } = contentOf(mark, now);
  return toRecord(markId(mark.owner), spec, state);
}

/** Stores a generation unless a later one is there; returns whether it is the latest. */
export async function storeMark(store: ScheduleStore, mark: Mark, now: number): Promise<boolean> {
  let isLatest = true;
  await changeSchedule(store, markId(mark.owner), (stored) => {
    isLatest = generationOf(stored) <= mark.generation;
    return isLatest ? contentOf(mark, now) : undefined;
  });
  return isLatest;
}

/** Returns the generation with which a schedule was last changed by a list; 0 if none did. */
export function generationOf(stored: Pick<StoredSchedule, 'spec'> | undefined): number {
  return stored?.spec.declared?.generation ?? 0;
}

function contentOf(mark: Mark, now: number): ScheduleChange {
  const job = { name: 'sync', version: 1, priority: 0, maxAttempts: 1, delayMs: 0, metadata: {} };
  const spec: ScheduleSpec = {
    v: 1,
    marks: true,
    timing: { kind: 'at', times: [] },
    overlap: 'allow',
    catchUp: { policy: 'skip', cap: 1 },
    jitterMs: 0,
    declared: mark,
    once: false,
    job: { ...job, keepCompleted: {}, keepFailed: {}, keepCancelled: {} } as ScheduleSpec['job'],
  };
  const state = { createdAt: now, runsCount: 0, recent: [], failures: 0, removed: { at: now } };
  return { spec, state };
}

/** Returns the revision that a record must have to be changed; 0 if there is none. */
export function revisionOf(record: Pick<ScheduleRecord, 'revision'> | undefined): number {
  return record?.revision ?? 0;
}
