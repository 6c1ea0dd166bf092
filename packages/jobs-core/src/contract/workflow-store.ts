import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import type { Lease } from './consumer.ts';
import type { JobStatus } from './job-status.ts';
import type { AddResult, NewJob } from './new-job.ts';

/** Says what a job does when a job it is waiting for fails, is cancelled or is removed. */
export type DependencyFailure = 'fail' | 'continue';

/** Names a job of any queue of one store. */
export interface JobRef {
  /** The queue. */
  readonly queueName: string;
  /** The job's id. */
  readonly id: string;
}

/** Describes a job that stays `blocked` until other jobs have ended. */
export interface DependentJob extends NewJob {
  /** The jobs it is waiting for: of the same call, or stored before, ended ones included. */
  readonly dependsOn: readonly JobRef[];
}

/** Counts the jobs that a job waits for. */
export interface DependencyCounts {
  /** All of them. */
  readonly total: number;
  /** Those that have not ended. */
  readonly open: number;
  /** Those that did not complete: they failed, were cancelled or were removed. */
  readonly failed: number;
  /**
   * Those of the failed that the waiting job goes on without; absent for none. Where others failed, core fails the waiting
   * job when it is handed out.
   */
  readonly tolerated?: number;
}

/** Describes a job that another one waits for, as it is now. */
export interface DependencyRecord extends JobRef {
  /** The name of its definition. */
  readonly name: string;
  /** Its state; `removed` when it is not in the store any more. */
  readonly status: JobStatus | 'removed';
  /** Its result, once completed. */
  readonly result?: JsonValue;
  /** The error it failed or was cancelled with. */
  readonly error?: SerializedError;
  /** Whether the waiting job added it while it ran ({@link WorkflowStore.addChildren}). */
  readonly isChild?: true;
  /** Whether the waiting job goes on when it fails, is cancelled or is removed. */
  readonly isTolerated?: true;
  /** When it was enqueued, in epoch milliseconds; absent, like all that follow, when it was removed. */
  readonly createdAt?: number;
  /** When it was last handed to a worker, in epoch milliseconds. */
  readonly processedAt?: number;
  /** When it ended, in epoch milliseconds. */
  readonly finishedAt?: number;
  /** The numbers of jobs it waits for in turn; absent for one that waits for none. */
  readonly dependencies?: DependencyCounts;
}

/** Holds a page of the jobs that a job waits for. */
export interface DependencyPage {
  /** The jobs, in the order in which they were given. */
  readonly dependencies: readonly DependencyRecord[];
  /** Where the next page starts; absent on the last page. */
  readonly cursor?: string;
}

/**
 * Stores jobs that wait for each other: the part of a backend with the capability `workflows`. The store keeps sets
 * of ids; core decides what a failure means.
 *
 * - A job with `dependsOn` is `blocked`, also when all of those jobs have ended. The step that ends the last one puts
 * it on the list of jobs to be released, in whatever queue of the store it is; so does the step that ends one of them
 * otherwise than `completed`, if its `onDependencyFailure` is `fail`, and the step that stored it, if it has nothing
 * to wait for.
 * - Every exchange of its queue takes up to 100 jobs from that list. A job whose dependencies have all ended becomes
 * `waiting`, or `delayed` if its `runAt` is later, and later than its `createdAt`, which another clock may have given; one
 * that was put back for its children has no delay. A job that is to fail for a dependency is handed
 * out, `active` and leased to the holder, beyond the limit asked for, and without regard to a pause or to limits: core
 * fails it unstarted. Any other job stays `blocked`.
 * - A job that failed for a dependency is `blocked` again once all of those that had failed are retried; so are those
 * that failed for it. A retried job is `blocked` as long as one of its dependencies has not ended, or has failed, by
 * their states when it is retried.
 * - A removed dependency counts as failed, unless it had completed.
 * - A job that ended stays stored until the last job that waits for it has ended, whatever its retention.
 * - Where other programs may change the store, blocked jobs whose dependencies have ended or vanished are put on the
 * list once a minute, so that none waits for ever.
 */
export interface WorkflowStore {
  /**
   * Stores jobs, all or none, as `Backend.add` does, but at most 10,001. Those that a job depends on come before it,
   * or are stored already.
   *
   * Rejects with `dependencyNotFoundError`, and stores nothing, when a job depends on one that is neither.
   */
  add(params: {
    readonly jobs: readonly NewJob[];
    readonly transaction?: unknown;
  }): MaybePromise<readonly AddResult[]>;
  /**
   * Stores jobs as {@link add} does, and lets the active job of a lease wait for each of them, or for those that they
   * are duplicates of, all in one step; returns nothing, and stores nothing, when the lease is not held. The active job
   * goes on; it is `blocked` when its outcome puts it back, or its lease runs out, before all have ended or after one
   * failed for which it fails: then it is handed out to fail, and comes back when that one is retried.
   *
   * Rejects with `dependencyCircleError`, and stores nothing, when one of them, or the job that it is a duplicate of,
   * is the job of the lease or waits for it.
   */
  addChildren(params: {
    readonly lease: Lease;
    readonly jobs: readonly NewJob[];
    /** Says whether the job fails or goes on when one of them fails. */
    readonly onDependencyFailure: DependencyFailure;
  }): Promise<readonly AddResult[] | undefined>;
  /** Reads a page of the jobs that a job of any queue waits for; with `unmet`, only those that did not complete. */
  dependencies(params: {
    readonly job: JobRef;
    readonly unmet?: boolean;
    /** Leaves out their results, which may be large. */
    readonly withoutResults?: boolean;
    readonly cursor?: string;
    /** At most how many: 1 to 1,000. */
    readonly limit: number;
  }): Promise<DependencyPage>;
}
