import type { Queryable } from '../connection/connection.ts';
import { clientError, hasMethod } from './refuse-client.ts';

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
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for anything else, such as the client itself
 */
export function fromPostgresJs(sql: PostgresJsTransaction): Queryable {
  // A transaction has `savepoint`, a reserved connection `release`.
  const isClient =
    hasMethod(sql, 'begin') && !hasMethod(sql, 'savepoint') && !hasMethod(sql, 'release');
  if (!hasMethod(sql, 'unsafe') || isClient) throw clientError('postgres.js', sql);
  return {
    query: async (text, values = []) => ({
      rows: [...(await sql.unsafe(text, values as never[]))],
    }),
  };
}
