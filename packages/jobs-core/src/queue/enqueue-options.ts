import type { DeduplicateResult, SharedJobOptions } from '../job/job-options.ts';

/** Says how one job is enqueued. What is not given comes from its definition, then from the queue. */
export interface EnqueueOptions extends SharedJobOptions {
  /** The job's id; a known one returns the existing job. 1 to 256 characters. @default a new unique id */
  readonly jobId?: string | undefined;
  /** When it may start; not together with `delay`. */
  readonly runAt?: Date | number | undefined;
  /**
   * The key of which at most one job of the queue holds one; `false` for none, whatever the definition says.
   * @default what the definition's `deduplicate` says
   */
  readonly deduplicate?: DeduplicateResult | false | undefined;
  /** Facts to store beside the payload, as JSON. At most 64 KiB. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}
