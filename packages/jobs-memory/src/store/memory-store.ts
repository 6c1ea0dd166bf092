/**
 * Holds queues for as long as somebody holds it, also while none of them is open. What is in it is
 * the backend's own.
 */
export interface MemoryStore {
  /** Lists the names of the queues it holds. */
  queueNames(): string[];
}
