import type { JobStatus } from '@philjs/jobs-core';
import type { QueueChange } from '../state/queue-change.ts';

/** A job as events name it. */
export interface NamedJob {
  readonly id: string;
  readonly name: string;
}

/** The place of a job: its state, and its `rank` in it. */
export interface Place {
  readonly status: JobStatus;
  readonly rank: number;
}

/** Returns the place of a job that may start at `runAt`. */
export function placeOf(runAt: number, priority: number, now: number): Place {
  return runAt > now
    ? { status: 'delayed', rank: runAt }
    : { status: 'waiting', rank: 0 - priority };
}

/** Sends the event of a job that became waiting or delayed. */
export function tellPlaced(change: QueueChange, job: NamedJob, place: Place): void {
  if (!change.listening) return;
  const event = { jobId: job.id, name: job.name, at: change.now };
  if (place.status === 'waiting') change.tell({ type: 'waiting', ...event });
  else if (place.status === 'delayed')
    change.tell({ type: 'delayed', ...event, runAt: place.rank });
}
