import type { Queryable } from '../connection/connection.ts';
import { clientError, hasMethod } from './refuse-client.ts';

/** The part of a transaction of Kysely that is used. */
export interface KyselyTransaction {
  /** Runs a compiled query. */
  executeQuery(query: never): PromiseLike<{ readonly rows: readonly unknown[] }>;
}

/**
 * Makes the `transaction` of `enqueue` and `completeIn` of one of Kysely.
 *
 * @example
 * await db.transaction().execute(async (trx) => {
 *   await trx.insertInto('orders').values(order).execute();
 *   await queue.enqueue(ship, order, { transaction: fromKysely(trx) });
 * });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for anything else, such as Kysely itself
 */
export function fromKysely(trx: KyselyTransaction): Queryable {
  const { isTransaction } = (trx ?? {}) as { readonly isTransaction?: unknown };
  if (!hasMethod(trx, 'executeQuery') || isTransaction === false) throw clientError('Kysely', trx);
  return {
    query: async (text, values = []) => {
      const query = {
        sql: text,
        parameters: values,
        query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
        queryId: { queryId: 'philjs-jobs' },
      };
      return { rows: [...(await trx.executeQuery(query as never)).rows] };
    },
  };
}
