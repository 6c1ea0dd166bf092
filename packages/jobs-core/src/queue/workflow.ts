import type { JobStatus } from '../contract/job-status.ts';
import type { JobRef } from '../contract/workflow-store.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { CancelOptions } from './act-options.ts';
import type { WaitOptions } from './queue-interface.ts';

/** Describes a job of a workflow, as it is now. */
export interface WorkflowNode extends JobRef {
  /** The name of its definition. */
  readonly name: string;
  /** Its state; `removed` when it is not in the store any more. */
  readonly status: JobStatus | 'removed';
  /** Whether the job that waits for it added it while it ran. */
  readonly isChild?: true;
  /** When it was enqueued. */
  readonly createdAt?: Date;
  /** When it last started. */
  readonly startedAt?: Date;
  /** When it ended. */
  readonly finishedAt?: Date;
  /** How long its last run took, in milliseconds; while it is active, how long it has been running. */
  readonly runMs?: number;
  /** The error it failed or was cancelled with. */
  readonly error?: SerializedError;
  /** Whether it failed, without a run, for a job that it waited for. */
  readonly isDependencyFailure?: true;
}

/** Connects two jobs of a workflow, by their places in `nodes`. */
export interface WorkflowEdge {
  /** The job that runs first. */
  readonly from: number;
  /** The job that waits for it. */
  readonly to: number;
}

/** Counts the jobs of a workflow. */
export interface WorkflowProgress {
  /** All of them. */
  readonly total: number;
  /** Those that have ended, in whatever state. */
  readonly ended: number;
  /** Those in each state; states that no job is in are absent. */
  readonly byStatus: { readonly [status in WorkflowNode['status']]?: number };
}

/** Describes a workflow: a job, and everything it waits for, through the whole chain. */
export interface WorkflowGraph {
  /** The id of the job that runs last. */
  readonly id: string;
  /** The state of that job. */
  readonly status: JobStatus;
  /** The jobs: the last one first, then those it waits for, then those that these wait for. */
  readonly nodes: readonly WorkflowNode[];
  /** The dependencies between the jobs. */
  readonly edges: readonly WorkflowEdge[];
  /** How far it is. */
  readonly progress: WorkflowProgress;
  /**
   * The chain of jobs that decides when the last one ends, by their places in `nodes`, the first one first: before each
   * job the one that ended last, of what it waits for, or that has not ended.
   */
  readonly criticalPath: readonly number[];
  /** When the first of the jobs started. */
  readonly startedAt?: Date;
  /** When the last job ended. */
  readonly finishedAt?: Date;
  /** Whether it has more jobs than were read. */
  readonly isCut: boolean;
}

/** Configures how a workflow is read. */
export interface ReadWorkflowOptions {
  /** At most how many jobs to read: 1 to 20,000. @default 11,000 */
  readonly limit?: number;
}

/** Reports how far a call is that changes the jobs of a workflow. */
export interface WorkflowActionProgress {
  /** How many jobs the call is to change, as far as it has read them. */
  readonly matched: number;
  /** How many of them it has come to. */
  readonly tried: number;
  /** How many of those it changed: others had ended, or had been retried, meanwhile. */
  readonly changed: number;
  /** How many of the changed were only asked to stop, since they run: their workers end them. Absent for none. */
  readonly requested?: number;
}

/** Says how to act on the jobs of a workflow. */
export interface WorkflowActionOptions {
  /** Counts the jobs without changing any. @default false */
  readonly dryRun?: boolean | undefined;
  /** Reports progress, first when the jobs are read, then after every batch; the call waits for a promise that it returns. */
  readonly onProgress?: ((progress: WorkflowActionProgress) => unknown) | undefined;
  /** Stops between two batches, also while the jobs are read. */
  readonly signal?: AbortSignal | undefined;
}

/** Says how to cancel the jobs of a workflow. */
export interface CancelWorkflowOptions
  extends Omit<CancelOptions, 'strict'>,
    WorkflowActionOptions {}

/** Gives access to a workflow by the id of the job that runs last; see `queue.workflow`. */
export interface Workflow {
  /** The id of the job that runs last. */
  readonly id: string;
  /**
   * Reads its jobs and their dependencies: one call for each job that waits for others.
   *
   * @throws JobsError `JOBS_NOT_FOUND` when there is no such job
   */
  read(options?: ReadWorkflowOptions): Promise<WorkflowGraph>;
  /** Waits until the last job has ended, and returns its result, as `queue.waitFor` does. */
  waitFor(options?: WaitOptions): Promise<unknown>;
  /**
   * Cancels every job that has not ended, however many, the last one first; returns how many. A job that is active counts when its
   * worker was asked to stop it.
   *
   * @throws JobsError `JOBS_NOT_FOUND`; `JOBS_INVALID_ARGUMENT` when jobs are in a queue that was not made together with
   * this one, by `createQueues`
   */
  cancel(options?: string | CancelWorkflowOptions): Promise<number>;
  /**
   * Retries the jobs that failed or were cancelled themselves, however many; those that failed for them come back with
   * them. A job that was removed does not: what waits for it fails again.
   * Returns how many it retried, without the latter.
   *
   * @throws JobsError as {@link cancel}; `JOBS_CONFLICT` once all others are retried, when other jobs hold the
   * deduplication keys of some: `details.held` names both, `details.retried` counts those that were retried
   */
  retryFailed(options?: WorkflowActionOptions): Promise<number>;
}
