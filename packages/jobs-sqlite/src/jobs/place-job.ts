import type { JobStatus } from '@philjs/jobs-core';
import type { QueueChange } from '../state/queue-change.ts';

/** A job as events name it. */
export interface NamedJob {
  readonly id: string;
  readonly name: string;
}

/** Where a job stands: its state, and within it `rank`. */
export interface Place {
  readonly status: JobStatus;
  readonly rank: number;
}

/** Returns where a job stands that may start at `runAt`. */
export function placeOf(runAt: number, priority: number, now: number): Place {
  return runAt > now
    ? { status: 'delayed', rank: runAt }
    : { status: 'waiting', rank: 0 - priority };
}

/** Tells those who listen where a job was placed. */
export function tellPlaced(change: QueueChange, job: NamedJob, place: Place): void {
  if (!change.listening) return;
  const event = { jobId: job.id, name: job.name, at: change.now };
  if (place.status === 'waiting') change.tell({ type: 'waiting', ...event });
  else change.tell({ type: 'delayed', ...event, runAt: place.rank });
}
