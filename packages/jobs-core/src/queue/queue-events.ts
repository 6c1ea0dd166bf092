import type { JobProgress } from '../contract/job-record.ts';
import type { TickEntry } from '../contract/schedule-store.ts';
import type { SerializedError } from '../errors/serialize-error.ts';

/** Describes an event of a job. */
export interface JobEvent<TType extends string> {
  /** The kind of event. */
  readonly type: TType;
  /** The job's id. */
  readonly jobId: string;
  /** The name of the job's definition; absent only when the job is gone. */
  readonly name?: string;
  /** The queue. */
  readonly queueName: string;
  /** The time of the event. */
  readonly at: Date;
}

/** Describes an event of a queue as a whole. */
export interface QueueEvent<TType extends string> {
  /** The kind of event. */
  readonly type: TType;
  /** The queue. */
  readonly queueName: string;
  /** The time of the event. */
  readonly at: Date;
}

/** Maps each event of a queue to its listeners' argument. */
export interface QueueEventMap {
  /** The job became ready to run. */
  readonly waiting: JobEvent<'waiting'>;
  /** The job is delayed until `runAt`. */
  readonly delayed: JobEvent<'delayed'> & { readonly runAt: Date };
  /** A worker started the job. */
  readonly active: JobEvent<'active'>;
  /** The handler reported progress. */
  readonly progress: JobEvent<'progress'> & { readonly progress: JobProgress };
  /** The job completed. */
  readonly completed: JobEvent<'completed'> & { readonly result: unknown };
  /** The job failed for good. */
  readonly failed: JobEvent<'failed'> & { readonly error: SerializedError };
  /** An attempt failed; another follows at `runAt`. */
  readonly retrying: JobEvent<'retrying'> & {
    readonly error: SerializedError;
    readonly runAt: Date;
  };
  /** The job's worker was lost. */
  readonly stalled: JobEvent<'stalled'>;
  /** The job was cancelled, before it started or while it ran. No `failed` event accompanies it. */
  readonly cancelled: JobEvent<'cancelled'> & { readonly error: SerializedError };
  /**
   * The last job of a workflow completed: one that waited for others, and for which no other waits. Follows that job's own
   * event.
   */
  readonly 'workflow-completed': JobEvent<'workflow-completed'> & { readonly result: unknown };
  /** The last job of a workflow failed for good, or was cancelled. Follows that job's own event. */
  readonly 'workflow-failed': JobEvent<'workflow-failed'> & { readonly error: SerializedError };
  /** The job was removed by a call. */
  readonly removed: JobEvent<'removed'>;
  /**
   * A job was enqueued whose deduplication key this job (`jobId`) holds: the new one was not stored. In the modes `replace` and
   * `extend` this job may have taken over its content.
   */
  readonly deduplicated: JobEvent<'deduplicated'> & {
    /** The id that the job which was not stored would have had. */
    readonly deduplicatedJobId: string;
    /** The key, as `deduplicate` named it. */
    readonly key: string;
  };
  /**
   * A job completed, failed for good or was cancelled, and no job is waiting or active any more; some may be delayed or blocked.
   * Follows that job's own event.
   */
  readonly drained: QueueEvent<'drained'>;
  /** The queue was paused. */
  readonly paused: QueueEvent<'paused'>;
  /** The queue was resumed. */
  readonly resumed: QueueEvent<'resumed'>;
  /** A schedule's tick fired or was skipped. */
  readonly tick: QueueEvent<'tick'> & { readonly tick: TickEntry };
  /** Something went wrong outside any call: a hook, a connection, a lost lease. */
  readonly error: QueueEvent<'error'> & {
    readonly error: Error;
    readonly jobId?: string;
    readonly name?: string;
  };
}

/** Names an event of a queue. */
export type QueueEventName = keyof QueueEventMap;

/** Lists the names of all events; the type ensures that none is missing. */
export const EVENT_NAMES: readonly QueueEventName[] = Object.keys({
  waiting: true,
  delayed: true,
  active: true,
  progress: true,
  completed: true,
  failed: true,
  retrying: true,
  stalled: true,
  cancelled: true,
  'workflow-completed': true,
  'workflow-failed': true,
  removed: true,
  deduplicated: true,
  drained: true,
  paused: true,
  resumed: true,
  tick: true,
  error: true,
} satisfies { readonly [TName in QueueEventName]: true }) as QueueEventName[];

/** Any event of a queue. */
export type AnyQueueEvent = QueueEventMap[QueueEventName];

/** Listens to an event. A throw is reported as an `error` event. */
export type QueueListener<TName extends QueueEventName> = (event: QueueEventMap[TName]) => void;
