import { invalidArgument } from '@philjs/jobs-core/backend';
import type { Queryable } from './connection.ts';
import { isPool, isQueryable, type PgClient } from './pg-types.ts';

/**
 * Checks the transaction a user gave: anything with `query(text, values)` that stays on one connection.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTransaction(transaction: unknown): Queryable {
  const advice =
    'Give the client on which you began it, or an object whose `query(text, values)` runs a statement there.';
  if (!isQueryable(transaction)) {
    throw invalidArgument('transaction', 'an object with `query`', transaction, advice);
  }
  if (isPool(transaction)) {
    throw invalidArgument('transaction', 'one connection', 'a pool', advice);
  }
  const { getTransactionStatus, readyForQuery } = transaction as Partial<PgClient>;
  // While a statement is under way, which may be BEGIN, the status is that from before.
  if (readyForQuery === true && getTransactionStatus?.call(transaction) === 'I') {
    throw invalidArgument(
      'transaction',
      'a client with a transaction under way',
      'one without, on which the call would be stored at once',
      "Run `await client.query('BEGIN')` first, and neither end it nor release the client before.",
    );
  }
  return transaction;
}
