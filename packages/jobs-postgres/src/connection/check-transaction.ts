import { invalidArgument } from '@philjs/jobs-core/backend';
import type { Queryable } from './connection.ts';
import { isPool, isQueryable } from './pg-types.ts';

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
  return transaction;
}
