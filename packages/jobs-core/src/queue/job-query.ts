import type { TimeValue } from '../check/time-value.ts';
import type { JobStatus } from '../contract/job-status.ts';
import type { LogLine } from '../contract/log-store.ts';
import type { Job } from './job.ts';

/** Selects jobs. */
export interface JobQuery {
  /** Only jobs in this state, or these. @default all */
  readonly status?: JobStatus | readonly JobStatus[] | undefined;
  /** Only jobs of this name, or these. @default all */
  readonly name?: string | readonly string[] | undefined;
  /** Only jobs that have this tag, or all of these. @default all */
  readonly tags?: string | readonly string[] | undefined;
}

/**
 * Asks for a page of jobs. With a field of {@link JobCriteria} a call reads up to 5,000 jobs and returns those that match:
 * a page may then have fewer than requested, or none, while it has a cursor.
 */
export interface GetJobsOptions extends JobQuery, JobCriteria {
  /**
   * The cursor of the previous page. One within the waiting jobs is refused with `JOBS_CONFLICT` after `setOrder`: list again
   * from the first page.
   */
  readonly cursor?: string | undefined;
  /** The largest number of jobs: 1 to 1,000. @default 50 */
  readonly limit?: number | undefined;
  /** The end of each state's list that comes first. @default 'newest' */
  readonly order?: 'newest' | 'oldest' | undefined;
}

/** Holds a page of jobs. */
export interface JobList {
  /** The jobs. */
  readonly jobs: readonly Job[];
  /** The cursor of the next page; absent on the last page. */
  readonly cursor?: string;
}

/**
 * Filters jobs by their content. Jobs are read one by one: there is no index for these filters, so name the states or the
 * names of the jobs besides, to read fewer.
 */
export interface JobCriteria {
  /**
   * Only jobs that match this search, as the box of the dashboard takes it: `payload.user.id:42 error:timeout since:1h`. It
   * narrows the other fields; its states, names, ids and, where the store has an index, tags are looked up. It reads what is
   * stored, also what the dashboard and the command line mask, and takes no `group:`, which depends on those masks.
   */
  readonly search?: string | undefined;
  /** Only jobs whose latest error has this name, code or message. */
  readonly error?: string | undefined;
  /** Only jobs whose latest error has this code. */
  readonly errorCode?: string | undefined;
  /** Only jobs enqueued after this time. */
  readonly createdAfter?: TimeValue | undefined;
  /** Only jobs enqueued before this time. */
  readonly createdBefore?: TimeValue | undefined;
  /** Only jobs that failed after this time. */
  readonly failedAfter?: TimeValue | undefined;
  /** Only jobs that failed before this time. */
  readonly failedBefore?: TimeValue | undefined;
  /** Only jobs of this priority, or within these bounds. */
  readonly priority?:
    | number
    | { readonly min?: number | undefined; readonly max?: number | undefined }
    | undefined;
  /** Only jobs whose metadata has these fields with these values. */
  readonly metadata?: { readonly [name: string]: unknown } | undefined;
}

/**
 * Selects the jobs of a bulk action, and says how it runs. `{}` selects all; a field that says nothing is refused, since it
 * would select as many: one that is `undefined`, `tags: []`, `search: ''`, `metadata: {}`, or a field of `metadata` without a
 * value.
 */
export interface BulkQuery extends JobQuery, JobCriteria {
  /** Only these jobs. */
  readonly ids?: readonly string[] | undefined;
  /** Stops after this many. @default no limit */
  readonly limit?: number | undefined;
  /** Counts without doing anything. @default false */
  readonly dryRun?: boolean | undefined;
  /** Reports progress after every batch; the action waits for a promise that it returns. */
  readonly onProgress?: ((progress: BulkProgress) => unknown) | undefined;
  /** Stops between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** Selects the jobs to cancel, and says how. */
export interface CancelQuery extends BulkQuery {
  /** The reason; a part of the error's message. */
  readonly reason?: string | undefined;
  /** Ends active jobs whose handlers do not listen to their signal, or whose workers are dead. @default false */
  readonly force?: boolean | undefined;
}

/** Reports the progress of a bulk action. */
export interface BulkProgress {
  /** The number of jobs read. */
  readonly scanned: number;
  /** The number of jobs that matched. */
  readonly matched: number;
  /** The number of jobs changed. */
  readonly changed: number;
  /** How many of the changed were only asked to stop, by `cancelJobs`: their workers end them. Absent for none. */
  readonly requested?: number;
}

/** Selects the lines of a log to read. */
export interface GetLogsOptions {
  /** The number of lines to skip. @default 0 */
  readonly offset?: number | undefined;
  /** The largest number of lines: 1 to 1,000. @default 1000 */
  readonly limit?: number | undefined;
}

/** Holds lines of a job's log. */
export interface JobLog {
  /** The lines, oldest first. */
  readonly lines: readonly LogLine[];
  /** The number of lines the log has in all. */
  readonly total: number;
}
