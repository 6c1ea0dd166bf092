import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { JobProgress } from './job-record.ts';

/** Marks the end of a job that waited for others, and for which no other waits: the end of a workflow. */
interface MayEndWorkflow {
  /** Whether it is such a job. */
  readonly endsWorkflow?: true;
}

interface JobEventBase {
  /** The job. */
  readonly jobId: string;
  /** The name of the job's definition; absent only when the job is gone from the store. */
  readonly name?: string;
  /** When it happened, in epoch milliseconds. */
  readonly at: number;
}

/** Describes one change of one job, or of the queue. Backends emit it after the change is stored. */
export type BackendEvent =
  /** The job became ready to run: when it was enqueued, when its time came, or when it was given back. */
  | (JobEventBase & { readonly type: 'waiting' })
  /** The job is delayed until `runAt`, in epoch milliseconds. */
  | (JobEventBase & { readonly type: 'delayed'; readonly runAt: number })
  /** A worker holds the job. */
  | (JobEventBase & { readonly type: 'active' })
  /** The handler reported progress. */
  | (JobEventBase & { readonly type: 'progress'; readonly progress: JobProgress })
  /** The job completed. */
  | (JobEventBase &
      MayEndWorkflow & { readonly type: 'completed'; readonly result: JsonValue | undefined })
  /** The job failed for good. */
  | (JobEventBase & MayEndWorkflow & { readonly type: 'failed'; readonly error: SerializedError })
  /** The job was cancelled: it never starts, or its run has ended. No `failed` event accompanies it. */
  | (JobEventBase &
      MayEndWorkflow & { readonly type: 'cancelled'; readonly error: SerializedError })
  /** An attempt failed and another follows at `runAt`. */
  | (JobEventBase & {
      readonly type: 'retrying';
      readonly error: SerializedError;
      readonly runAt: number;
    })
  /** The job's lease ran out; the job is waiting again (or a `failed` event follows). */
  | (JobEventBase & { readonly type: 'stalled' })
  /** The job was removed from the store by a call (not by retention). */
  | (JobEventBase & { readonly type: 'removed' })
  /** The job holds the deduplication key of another one, which was therefore not stored; see `DeduplicationMode`. */
  | (JobEventBase & {
      readonly type: 'deduplicated';
      /** The id that the other job would have had. */
      readonly deduplicatedJobId: string;
      /** The key, as it is stored. */
      readonly key: string;
    })
  /**
   * A job completed, failed for good or was cancelled, and no job is waiting or active any more; some may be delayed or blocked.
   * Follows that job's own event.
   */
  | { readonly type: 'drained'; readonly at: number }
  /** The queue was paused. */
  | { readonly type: 'paused'; readonly at: number }
  /** The queue was resumed. */
  | { readonly type: 'resumed'; readonly at: number };

/** Names a kind of {@link BackendEvent}. */
export type BackendEventType = BackendEvent['type'];

/** Ends a subscription. */
export interface Subscription {
  /** Ends it; no event is delivered after it resolves. Safe to call twice. */
  unsubscribe(): Promise<void>;
}

/**
 * Delivers the events of a queue, whatever process caused them. Per job they come in the order in which they
 * happened. A backend that may miss events declares `reliableEvents: false`, and core then also polls while it is
 * waiting for something.
 */
export interface EventSource {
  /**
   * Calls `onEvent` with everything that happens once the promise has resolved. `onEvent` never throws. `onError`
   * receives connection errors. Events of jobs for which `wants` returns false may be left out, which saves decoding
   * them or looking them up. `wantsType` returns whether `onEvent` would currently use a kind of event, so that a
   * source can avoid making it; calling it is optional.
   */
  subscribe(params: {
    readonly onEvent: (event: BackendEvent) => void;
    readonly wants?: (jobId: string) => boolean;
    readonly onError?: (error: unknown) => void;
    readonly wantsType?: (type: BackendEventType) => boolean;
  }): Promise<Subscription>;
}
