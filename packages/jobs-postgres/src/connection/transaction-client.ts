import { transactionEndedError } from '@philjs/jobs-core/backend';
import { isThenable } from '@philjs/jobs-core/internal';
import type { Queryable } from './connection.ts';
import type { PgClient } from './pg-types.ts';

/** Is the `tx` of `queue.transaction` on PostgreSQL: it runs statements on the connection of the transaction. */
export interface PostgresTransaction extends Queryable {
  /**
   * Runs one statement with its values, or what else the client of the queue takes, and answers as that client does.
   *
   * @typeParam TRow - the rows
   * @throws the error of the client; JobsError `JOBS_CONFLICT` once the transaction has ended
   */
  query<TRow = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: TRow[]; readonly rowCount?: number | null }>;
}

/** Passes statements on to the connection of a transaction until that ends: then others may use the connection. */
export class TransactionClient implements PostgresTransaction {
  readonly #client: Queryable & Partial<PgClient>;
  #hasEnded = false;
  /** The error of the statement that failed first. */
  failure: unknown;

  constructor(client: Queryable) {
    this.#client = client;
  }

  /** Whether the state that {@link getTransactionStatus} returns is that of this transaction. */
  get readyForQuery(): boolean {
    return !this.#hasEnded && this.#client.readyForQuery === true;
  }

  /** Returns the state that the server told a client of `pg` last. */
  getTransactionStatus(): string | null {
    return this.#client.getTransactionStatus?.() ?? null;
  }

  // Not a method, so that libraries may pass it on by itself.
  readonly query: PostgresTransaction['query'] = (...args) => {
    if (this.#hasEnded) return Promise.reject(transactionEndedError());
    const answer = this.#client.query(...(args as Parameters<Queryable['query']>));
    if (isThenable(answer)) {
      answer.then(undefined, (error: unknown) => {
        this.failure ??= error;
      });
    }
    return answer as ReturnType<PostgresTransaction['query']> as Promise<never>;
  };

  /** Refuses what comes from now on. */
  end(): void {
    this.#hasEnded = true;
  }
}
