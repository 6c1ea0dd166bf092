/** Says how a commit ended: `committed: false` when the store took everything back, for the `cause` if it names one. */
export type CommitResult =
  | { readonly committed: true }
  | { readonly committed: false; readonly cause?: unknown };

/**
 * Is a transaction that a backend began for `queue.transaction`. Core ends it once, by one of the two methods. The
 * backend then refuses what still comes through `transaction`, with `transactionEndedError`.
 */
export interface OpenTransaction {
  /** The value that the caller's function gets, and that `add` and `completeIn` of the same store accept. */
  readonly transaction: unknown;
  /**
   * Whether all other writers of the store wait while it is open, the workers among them. Core then rolls it back after
   * a third of a lease, and after 4 seconds at most, so that no lease runs out. @default false
   */
  readonly isExclusive?: boolean;
  /** Commits. Rejects only when it is unknown whether that was done, as when the connection broke. */
  commit(): Promise<CommitResult>;
  /** Takes everything back, also while a statement is under way. */
  rollback(): Promise<void>;
}
