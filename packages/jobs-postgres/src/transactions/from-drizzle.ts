import type { Queryable } from '../connection/connection.ts';
import { isPool } from '../connection/pg-types.ts';
import { partsOf } from './placeholders.ts';
import { clientError, hasMethod } from './refuse-client.ts';

/** The part of a transaction of Drizzle that is used. */
export interface DrizzleTransaction<TQuery> {
  /** Runs a query of Drizzle. */
  execute(query: TQuery): PromiseLike<unknown>;
}

/** The part of Drizzle's `sql` that is used. */
export type DrizzleSql<TQuery> = (strings: TemplateStringsArray, ...values: unknown[]) => TQuery;

/**
 * Makes the `transaction` of `enqueue` and `completeIn` of one of Drizzle.
 *
 * @param tx - the transaction, as `db.transaction` passes it
 * @param sql - `sql` of `drizzle-orm`
 * @example
 * await db.transaction(async (tx) => {
 *   await tx.insert(orders).values(order);
 *   await queue.enqueue(ship, order, { transaction: fromDrizzle(tx, sql) });
 * });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for anything else, such as a database of Drizzle on a pool
 */
export function fromDrizzle<TQuery>(
  tx: DrizzleTransaction<TQuery>,
  sql: DrizzleSql<TQuery>,
): Queryable {
  const { $client } = (tx ?? {}) as { readonly $client?: unknown };
  // A transaction has `rollback`. Drizzle on a single connection can be in one, too.
  const isClient = !hasMethod(tx, 'rollback') && (isPool($client) || hasMethod($client, 'begin'));
  if (!hasMethod(tx, 'execute') || isClient) throw clientError('Drizzle', tx);
  if (typeof sql !== 'function') throw clientError('Drizzle, and `sql` of `drizzle-orm`', sql);
  return {
    query: async (text, values = []) => {
      const { parts, ordered } = partsOf(text, values);
      const strings = Object.assign([...parts], { raw: [...parts] });
      return { rows: rowsOf(await tx.execute(sql(strings, ...ordered))) };
    },
  };
}

/** Drivers answer with rows, or with an object that has them. */
function rowsOf(answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  return (answer as { readonly rows: readonly unknown[] }).rows;
}
