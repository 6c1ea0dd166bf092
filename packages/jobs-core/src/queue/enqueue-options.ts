import type { TimeValue } from '../check/time-value.ts';
import type { DeduplicateResult, SharedJobOptions } from '../job/job-options.ts';
import type { OrderOptions } from '../job/order-facts.ts';
import type { DependencyOptions } from './depends-on.ts';

/** Says in which transaction jobs are stored. */
export interface TransactionOption {
  /**
   * The transaction in which the job is stored: the `tx` of `queue.transaction`, or one you began. The job exists, and runs,
   * once it is committed, and never if it is rolled back. The type of your own depends on the backend: a client of `pg` for
   * PostgreSQL, the open `DatabaseSync` for SQLite. A backend without transactions refuses it with `JOBS_NOT_SUPPORTED`.
   */
  readonly transaction?: unknown;
}

/** Says how jobs are stored, all of a call alike. */
export interface EnqueueManyOptions extends TransactionOption {
  /**
   * Gives the call up while nothing has reached the store: it rejects with `JOBS_ABORTED`, and nothing is stored. An abort
   * after that changes nothing: the call tells what the store answers. @default none
   */
  readonly signal?: AbortSignal | undefined;
}

/** Says how one job is enqueued. Options that are not given come from its definition, then from the queue. */
export interface EnqueueOptions
  extends SharedJobOptions,
    EnqueueManyOptions,
    DependencyOptions,
    OrderOptions {
  /** The job's id; a known one returns the existing job, and is an error if that is of another name. 1 to 256 characters. @default a new unique id */
  readonly jobId?: string | undefined;
  /** When it may start; not together with `delay`. */
  readonly runAt?: TimeValue | undefined;
  /**
   * The deduplication key: at most one job of its name holds it; `false` for none, whatever the definition says.
   * @default the definition's `deduplicate`
   */
  readonly deduplicate?: DeduplicateResult | false | undefined;
  /**
   * The tags to find it by: at most 20, each of 1 to 100 characters; control and zero-width characters are refused.
   * @default the definition's `tags`
   */
  readonly tags?: readonly string[] | undefined;
  /** Metadata to store beside the payload, as JSON. At most 64 KiB. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}
