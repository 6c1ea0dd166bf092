import type { JobStatus } from '@philjs/jobs-core';

/** Holds the model's state of one job. */
export interface ModelJob {
  readonly id: string;
  priority: number;
  /** The number of the job, in the order in which they were added. */
  readonly order: number;
  status: JobStatus | 'removed';
  attemptsMade: number;
  /** The numbers of the failed attempts. */
  failedAttempts: readonly number[];
  fencingToken: number;
  stalledCount: number;
  runAt: number;
  /** The time since when it has been ready to run. */
  readySince: number;
  /** Whether it has lost its place among those of its priority. */
  lostItsPlace: boolean;
  /** When it last started. */
  startedAt: number;
  /** When the process that holds it died. */
  orphanedAt: number | undefined;
  cancelRequested: boolean;
}

/** Makes a job that was just added. */
export function newModelJob(
  given: Pick<ModelJob, 'id' | 'priority' | 'order' | 'runAt'> & { readonly now: number },
): ModelJob {
  const { now, ...facts } = given;
  return {
    ...facts,
    status: facts.runAt > now ? 'delayed' : 'waiting',
    attemptsMade: 0,
    failedAttempts: [],
    fencingToken: 0,
    stalledCount: 0,
    readySince: facts.runAt,
    lostItsPlace: facts.runAt > now,
    startedAt: 0,
    orphanedAt: undefined,
    cancelRequested: false,
  };
}

/** Puts a job back until a time. */
export function putBack(job: ModelJob, runAt: number, now: number): void {
  job.status = runAt > now ? 'delayed' : 'waiting';
  job.runAt = runAt;
  job.readySince = Math.max(runAt, now);
  job.lostItsPlace = true;
}

/** Returns whether a job may start at a time. */
export function isReady(job: ModelJob, at: number): boolean {
  return job.status === 'waiting' || (job.status === 'delayed' && job.runAt <= at);
}

/** Returns whether one job must start before another that starts now. */
export function goesBefore(job: ModelJob, starting: ModelJob, at: number): boolean {
  if (job === starting || !isReady(job, at) || job.readySince >= at) return false;
  if (job.priority !== starting.priority) return job.priority > starting.priority;
  return !job.lostItsPlace && !starting.lostItsPlace && job.order < starting.order;
}
