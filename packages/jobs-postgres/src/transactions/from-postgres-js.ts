import type { Queryable } from '../connection/connection.ts';

/** The part of a transaction of postgres.js that is used. */
export interface PostgresJsTransaction {
  /** Runs SQL with values. */
  unsafe(text: string, values?: never[]): PromiseLike<readonly unknown[]>;
}

/**
 * Makes the `transaction` of `enqueue` and `completeIn` of one of postgres.js.
 *
 * @example
 * await sql.begin(async (sql) => {
 *   await sql`INSERT INTO orders …`;
 *   await queue.enqueue(ship, order, { transaction: fromPostgresJs(sql) });
 * });
 */
export function fromPostgresJs(sql: PostgresJsTransaction): Queryable {
  return {
    query: async (text, values = []) => ({
      rows: [...(await sql.unsafe(text, values as never[]))],
    }),
  };
}
