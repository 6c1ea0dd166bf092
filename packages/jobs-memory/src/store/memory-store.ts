/**
 * Holds queues for as long as your code holds it, also while none of them is open. Its content is private to the
 * backend.
 */
export interface MemoryStore {
  /** Lists the names of the queues it holds. */
  queueNames(): string[];
}
