import { JobsError } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import type { ScheduleState } from '../spec/schedule-state.ts';
import { readSchedule, type StoredSchedule, toRecord } from '../spec/stored-schedule.ts';

/** How many times a change is tried again because another process changed the schedule in between. */
const MAX_TRIES = 1000;

/** Describes the new content of a schedule. */
export interface ScheduleChange {
  readonly spec: ScheduleSpec;
  readonly state: ScheduleState;
}

/**
 * Changes a schedule at the revision it was read at, and decides again when another process changed it
 * first. `decide` gets the stored schedule and returns its new content, or nothing to leave it.
 *
 * @returns the schedule as it then is; `undefined` when there is none
 */
export async function changeSchedule(
  store: ScheduleStore,
  id: string,
  decide: (stored: StoredSchedule | undefined) => ScheduleChange | undefined,
): Promise<StoredSchedule | undefined> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const record = await store.get({ id });
    const stored = record && readSchedule(record);
    const change = decide(stored);
    if (change === undefined) return stored;
    const put = await store.put({
      schedule: toRecord(id, change.spec, change.state),
      expectedRevision: stored?.revision ?? 0,
    });
    if (put !== undefined) return readSchedule(put);
  }
  throw contended(id);
}

/** Makes the error of a schedule that other processes keep changing. */
export function contended(id: string): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    `Schedule \`${id}\` was changed by others each time it was to be changed here. Try again.`,
    { details: { scheduleId: id } },
  );
}
