import type { Queryable } from '../connection/connection.ts';
import { partsOf } from './placeholders.ts';
import { clientError, hasMethod } from './refuse-client.ts';

/** The part of a transaction of Knex that is used. */
export interface KnexTransaction {
  /** Runs SQL with values. */
  raw(text: string, values: readonly never[]): PromiseLike<{ readonly rows: readonly unknown[] }>;
}

/**
 * Makes the `transaction` of `enqueue` and `completeIn` of one of Knex, on its client `pg`.
 *
 * @example
 * await knex.transaction(async (trx) => {
 *   await trx('orders').insert(order);
 *   await queue.enqueue(ship, order, { transaction: fromKnex(trx) });
 * });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for anything else, such as Knex itself
 */
export function fromKnex(trx: KnexTransaction): Queryable {
  const { isTransaction } = (trx ?? {}) as { readonly isTransaction?: unknown };
  // Knex itself is a function, too.
  const isClient = typeof trx === 'function' && isTransaction !== true;
  if (!hasMethod(trx, 'raw') || isClient) throw clientError('Knex', trx);
  return {
    query: async (text, values = []) => {
      const { parts, ordered } = partsOf(text, values);
      // A question mark in the name of the schema is none of Knex's.
      const sql = parts.map((part) => part.replaceAll('?', '\\?')).join('?');
      const { rows } = await trx.raw(sql, ordered as never[]);
      return { rows };
    },
  };
}
