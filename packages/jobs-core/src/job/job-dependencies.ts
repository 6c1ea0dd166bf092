import type { JobStatus } from '../contract/job-status.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { JobDefinition, JobResult } from './job-definition.ts';

/** Describes a job that another one waited for. */
export interface JobDependency<TResult = unknown> {
  /** Its id. */
  readonly id: string;
  /** Its queue. */
  readonly queueName: string;
  /** The name of its definition. */
  readonly name: string;
  /** Its state; `removed` when it is not stored any more. */
  readonly status: JobStatus | 'removed';
  /** Its result, once completed. */
  readonly result?: TResult;
  /** The error it failed or was cancelled with. */
  readonly error?: SerializedError;
  /** Whether the job added it itself, by `ctx.addChildren`. */
  readonly isChild?: true;
}

/** Holds the jobs that a job waited for, in the order in which they were given. */
export interface JobDependencies extends Iterable<JobDependency> {
  /** The number of jobs. */
  readonly size: number;
  /** Finds one by its id. */
  get(id: string): JobDependency | undefined;
  /**
   * Returns the result of the one job of a definition; of the first, if there are several.
   *
   * @throws JobsError `JOBS_DEPENDENCY_FAILED` when it did not complete, `JOBS_NOT_FOUND` when there is none,
   * `JOBS_INVALID_ARGUMENT` for a name or an id
   */
  resultOf<TJob extends JobDefinition>(job: TJob): JobResult<TJob>;
  /**
   * Returns the results of all jobs of a definition that completed, in order.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` for a name or an id
   */
  resultsOf<TJob extends JobDefinition>(job: TJob): JobResult<TJob>[];
}
