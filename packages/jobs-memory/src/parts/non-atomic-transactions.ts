import {
  type CommitResult,
  invalidArgument,
  type OpenTransaction,
  transactionEndedError,
} from '@philjs/jobs-core/backend';

/** How each of them ends: there is nothing to write. */
const COMMITTED: CommitResult = { committed: true };

/** Stands in for transactions in tests: hands out values of the test's, and takes nothing back. */
export class NonAtomicTransactions {
  readonly #make: () => unknown;
  /** How many open ones have a value. */
  readonly #open = new Map<unknown, number>();
  readonly #ended = new WeakSet<object>();

  constructor(make: () => unknown) {
    this.#make = make;
  }

  /**
   * Begins one.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when the test has no value for it
   */
  async begin(): Promise<OpenTransaction> {
    const transaction = await this.#make();
    if (typeof transaction !== 'object' || transaction === null) {
      const expected = 'an object that stands for the transaction';
      throw invalidArgument('nonAtomicTransactions()', expected, transaction);
    }
    this.#open.set(transaction, (this.#open.get(transaction) ?? 0) + 1);
    const end = (): void => {
      const others = (this.#open.get(transaction) ?? 1) - 1;
      this.#open.set(transaction, others);
      if (others > 0) return;
      this.#open.delete(transaction);
      this.#ended.add(transaction);
    };
    return {
      transaction,
      commit: async () => {
        end();
        return COMMITTED;
      },
      rollback: async () => end(),
    };
  }

  /**
   * Refuses the value of one that has ended; any other may stand for a transaction that the test began by itself.
   *
   * @throws JobsError `JOBS_CONFLICT`
   */
  check(transaction: unknown): void {
    if (this.#open.has(transaction)) return;
    if (typeof transaction === 'object' && transaction !== null && this.#ended.has(transaction)) {
      throw transactionEndedError();
    }
  }
}
