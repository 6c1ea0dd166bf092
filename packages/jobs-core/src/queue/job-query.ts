import type { JobStatus } from '../contract/job-status.ts';
import type { LogLine } from '../contract/log-store.ts';
import type { Job } from './job.ts';

/** Selects jobs. */
export interface JobQuery {
  /** Only jobs in this state, or these. @default all */
  readonly status?: JobStatus | readonly JobStatus[] | undefined;
  /** Only jobs of this name, or these. @default all */
  readonly name?: string | readonly string[] | undefined;
}

/** Asks for a page of jobs. */
export interface GetJobsOptions extends JobQuery {
  /** Where the previous page ended. */
  readonly cursor?: string | undefined;
  /** At most how many jobs: 1 to 1,000. @default 50 */
  readonly limit?: number | undefined;
  /** Which end of each state's list comes first. @default 'newest' */
  readonly order?: 'newest' | 'oldest' | undefined;
}

/** Answers with a page of jobs. */
export interface JobList {
  /** The jobs. */
  readonly jobs: readonly Job[];
  /** Where to go on; absent on the last page. */
  readonly cursor?: string;
}

/** Says what a job must be. Jobs are read and looked at: no index answers these. */
export interface JobCriteria {
  /** Only jobs whose latest error has this name, code or message. */
  readonly error?: string | undefined;
  /** Only jobs whose latest error has this code. */
  readonly errorCode?: string | undefined;
  /** Only jobs enqueued after this time. */
  readonly createdAfter?: Date | number | undefined;
  /** Only jobs enqueued before this time. */
  readonly createdBefore?: Date | number | undefined;
  /** Only jobs that failed after this time. */
  readonly failedAfter?: Date | number | undefined;
  /** Only jobs that failed before this time. */
  readonly failedBefore?: Date | number | undefined;
  /** Only jobs of this priority, or within these bounds. */
  readonly priority?:
    | number
    | { readonly min?: number | undefined; readonly max?: number | undefined }
    | undefined;
  /** Only jobs whose metadata has these fields with these values. */
  readonly metadata?: { readonly [name: string]: unknown } | undefined;
}

/** Says which jobs a bulk action takes, and how. */
export interface BulkQuery extends JobQuery, JobCriteria {
  /** Only these jobs. */
  readonly ids?: readonly string[] | undefined;
  /** Stops after this many. @default no limit */
  readonly limit?: number | undefined;
  /** Counts without doing anything. @default false */
  readonly dryRun?: boolean | undefined;
  /** Is told how far it is, after every batch. */
  readonly onProgress?: ((progress: BulkProgress) => void) | undefined;
  /** Stops between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** Says which jobs are cancelled, and how. */
export interface CancelQuery extends BulkQuery {
  /** Why; a part of the error's message. */
  readonly reason?: string | undefined;
  /** Ends active jobs whose handlers do not listen to their signal. @default false */
  readonly force?: boolean | undefined;
}

/** Tells how far a bulk action is. */
export interface BulkProgress {
  /** How many jobs were looked at. */
  readonly scanned: number;
  /** How many matched. */
  readonly matched: number;
  /** How many were changed. */
  readonly changed: number;
}

/** Says which lines of a log to read. */
export interface GetLogsOptions {
  /** How many lines to skip. @default 0 */
  readonly offset?: number | undefined;
  /** At most how many lines: 1 to 1,000. @default 1000 */
  readonly limit?: number | undefined;
}

/** Answers with lines of a job's log. */
export interface JobLog {
  /** The lines, oldest first. */
  readonly lines: readonly LogLine[];
  /** How many lines the log has in all. */
  readonly total: number;
}
