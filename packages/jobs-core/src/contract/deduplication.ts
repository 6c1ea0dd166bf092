/**
 * Says what a new job does when another one holds its key.
 *
 * - `drop`: the new job is not stored. The key is held until the first job finishes, or for
 *   {@link Deduplication.ttlMs} from its enqueueing, however long the job itself lives.
 * - `replace`: a first job that has not started takes the new payload and keeps its time.
 * - `extend`: a first job that has not started takes the new payload and the new `runAt`.
 *
 * For `replace` and `extend` the key is free again as soon as the first job starts, finishes or is
 * removed, or when `ttlMs` has passed since it was taken (`extend`: last taken).
 */
export type DeduplicationMode = 'drop' | 'replace' | 'extend';

/** Ties a new job to a key that at most one job of the queue holds. */
export interface Deduplication {
  /** The key, unique in the queue. */
  readonly key: string;
  /** What happens when the key is held. */
  readonly mode: DeduplicationMode;
  /** How long the key is held at most, in milliseconds. Absent: see {@link DeduplicationMode}. */
  readonly ttlMs?: number;
}
