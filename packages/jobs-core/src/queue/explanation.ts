import type { JobStatus } from '../contract/job-status.ts';
import type { JobPlace } from '../contract/order-store.ts';

/** Names why a job is not running. */
export type ExplanationReason =
  | 'not-found'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'active'
  | 'lease-ended'
  | 'cancel-requested'
  | 'blocked'
  | 'paused'
  | 'jobs-paused'
  | 'held-back'
  | 'delayed'
  | 'sleeping'
  | 'waiting-for-signal'
  | 'retry-pending'
  | 'rate-limited'
  | 'concurrency-full'
  | 'unknown-job'
  | 'unknown-version'
  | 'expired'
  | 'no-worker'
  | 'no-worker-for-job'
  | 'no-worker-for-version'
  | 'workers-busy'
  | 'waiting-its-turn';

/** Says why a job is not running, the most decisive reason first. */
export interface Explanation {
  /** The job's id. */
  readonly jobId: string;
  /** Its state, if it exists. */
  readonly status?: JobStatus;
  /** All reasons that apply, the most decisive first. Never empty. */
  readonly reasons: readonly {
    /** The kind of reason. */
    readonly reason: ExplanationReason;
    /** The reason in a sentence. */
    readonly message: string;
    /** When it ends by itself, if known. */
    readonly until?: Date;
  }[];
  /** The first reason's sentence. */
  readonly summary: string;
  /** Where it stands in the order of its queue, if it is waiting and the backend has orders. */
  readonly place?: JobPlace;
}
