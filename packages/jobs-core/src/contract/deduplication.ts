/**
 * Says how a job uses a deduplication key, which at most one job of the queue holds.
 *
 * A **new** job whose key is held is treated by its own mode:
 *
 * - `drop`: it is not stored.
 * - `replace`: the holder takes over everything of the new job (payload, version, priority, attempts, expiry,
 *   metadata, retention, keys of limits) except its id, when it was enqueued and when it may start. With its priority
 *   unchanged it keeps its place.
 * - `extend`: the same, and the holder may start when the new job may, but no later than
 *   {@link Deduplication.maxWaitMs} after the holder was enqueued. It holds the key for the new
 *   {@link Deduplication.ttlMs} from then on.
 *
 * Only a holder of the same name that is `waiting` or `delayed`, and has not started since it took the key, takes
 * anything over, whatever its own mode. Otherwise the new job is not stored.
 *
 * A **holder** releases its key by the mode it was enqueued with:
 *
 * - `drop`: when it finishes. With `ttlMs`, exactly when that time has passed since it took the key, whatever happens
 *   to the job, also when retention removes it.
 * - `replace`, `extend`: as soon as it starts or finishes, and with `ttlMs` at the latest when that has passed
 *   since the key was taken (`extend`: last taken).
 *
 * In every mode a call that removes the job frees the key, also a key with `ttlMs`. A job that is put back by hand
 * takes its key again, as if it were enqueued then.
 */
export type DeduplicationMode = 'drop' | 'replace' | 'extend';

/** Ties a new job to a key that at most one job of the queue holds. */
export interface Deduplication {
  /**
   * The key, unique in the queue. Core makes it from the user's key and, unless that one is to hold queue-wide, from
   * the job's name; so it may be longer than a job id.
   */
  readonly key: string;
  /** The rule for a held key, and the moment it becomes free. */
  readonly mode: DeduplicationMode;
  /** How long the key is held at most, in milliseconds. Absent: see {@link DeduplicationMode}. */
  readonly ttlMs?: number;
  /** How long after it was enqueued `extend` may delay a holder, in milliseconds. Absent: no limit. */
  readonly maxWaitMs?: number;
}
