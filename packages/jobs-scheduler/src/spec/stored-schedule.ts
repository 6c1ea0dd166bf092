import type { JsonObject } from '@philjs/jobs-core';
import { isJobsError, JobsError } from '@philjs/jobs-core';
import type { ScheduleRecord } from '@philjs/jobs-core/backend';
import type { ScheduleSpec } from './schedule-spec.ts';
import type { ScheduleState } from './schedule-state.ts';

/** A schedule as the scheduler works with it. */
export interface StoredSchedule {
  readonly id: string;
  readonly spec: ScheduleSpec;
  readonly state: ScheduleState;
  readonly revision: number;
}

/**
 * Reads a record of the store.
 *
 * @throws JobsError `JOBS_BACKEND_CONTRACT` when a later version of this package wrote it
 */
export function readSchedule({ id, spec, state, revision }: ScheduleRecord): StoredSchedule {
  if (spec['v'] !== 1 && spec['v'] !== 2) {
    throw new JobsError(
      'JOBS_BACKEND_CONTRACT',
      `Schedule \`${id}\` was stored by a newer version of @philjs/jobs-scheduler, which this one cannot read. Update the package here, too.`,
      { details: { scheduleId: id } },
    );
  }
  return {
    id,
    spec: spec as unknown as ScheduleSpec,
    state: state as unknown as ScheduleState,
    revision,
  };
}

/** Reads a record of the store; `undefined` for one that a later version of this package wrote. */
export function readableOf(record: ScheduleRecord): StoredSchedule | undefined {
  try {
    return readSchedule(record);
  } catch (error) {
    if (isJobsError(error, 'JOBS_BACKEND_CONTRACT')) return undefined;
    throw error;
  }
}

/** Makes the record of a schedule for the store. */
export function toRecord(
  id: string,
  spec: ScheduleSpec,
  state: ScheduleState,
): Omit<ScheduleRecord, 'revision'> {
  return {
    id,
    jobName: spec.job.name,
    spec: spec as unknown as JsonObject,
    state: state as unknown as JsonObject,
    nextAt: wakeAt(spec, state),
  };
}

/**
 * Returns whether nothing of a schedule is left to fire: it has ended, and no tick of a backfill is waiting, or only
 * until a pause ends.
 */
export function isOver({ ended, buffered, paused }: ScheduleState): boolean {
  return ended !== undefined && (buffered === undefined || paused !== undefined);
}

/** How long a schedule is kept after its single run, or after it is no longer declared, in milliseconds. */
export const KEPT_MS = 86_400_000;

/** Returns when a schedule needs the next look: for its tick, for a tick that is waiting, or to delete it. */
export function wakeAt(spec: ScheduleSpec, state: ScheduleState): number | undefined {
  const { paused, ended, tickAt, buffered, removed, leftovers } = state;
  if (spec.marks === true) return undefined;
  if (removed !== undefined) return removed.at + KEPT_MS;
  if (ended !== undefined && isOver(state)) return spec.once ? ended.at + KEPT_MS : undefined;
  if (paused !== undefined) return undefined;
  const times = [tickAt, buffered?.lookAt, leftovers?.[0]?.tickAt];
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
