import { type JobRecord, leaseUntil, type NewJob, type Retention } from '@philjs/jobs-core/backend';

/** A job as it is stored: its record, and what only the store needs to know. */
export interface StoredJob extends JobRecord {
  readonly keepCompleted: Retention;
  readonly keepFailed: Retention;
  readonly keepCancelled: Retention;
  /** Until when its worker holds it, while it is active. */
  readonly leaseUntil?: number;
  /** Who holds it, while it is active: known where leases are exchanged. */
  readonly holder?: string;
}

/** Names the states a job ends in. */
export type FinishedStatus = 'completed' | 'failed' | 'cancelled';

/** Where a job stands among those of its state: by rank, and those of one rank by turn. */
export interface Place {
  readonly rank: number;
  readonly turn: number;
}

/** Makes what is stored of a new job. */
export function newStoredJob({ deduplication, delayMs, ...job }: NewJob): StoredJob {
  const status = job.runAt > job.createdAt ? 'delayed' : 'waiting';
  return { ...job, status, attemptsMade: 0, fencingToken: 0, stalledCount: 0 };
}

/** Leaves out what only the store needs to know. */
export function toRecord(stored: StoredJob): JobRecord {
  const { keepCompleted, keepFailed, keepCancelled, leaseUntil: until, holder, ...job } = stored;
  return job;
}

/** Makes the record that a reader gets: of an active job with its lease, as it is now. */
export function readRecord(stored: StoredJob, now: number): JobRecord {
  const job = toRecord(stored);
  const { leaseUntil: until = now } = stored;
  return job.status === 'active' ? { ...job, lease: leaseUntil(until, now) } : job;
}

/** Says by what the jobs of its state are ordered: turn, time, start or end. */
export function rankOf(job: StoredJob): number {
  switch (job.status) {
    case 'waiting':
      return 0 - job.priority;
    case 'delayed':
      return job.runAt;
    case 'active':
      return job.processedAt ?? 0;
    default:
      return job.finishedAt ?? 0;
  }
}
