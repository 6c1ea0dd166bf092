import { realpathSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { invalidArgument } from '@philjs/jobs-core';

/**
 * Checks the transaction a user gave: an open database on the same file, with a transaction in progress.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTransaction(transaction: unknown, path: string): DatabaseSync {
  if (!(transaction instanceof DatabaseSync)) {
    throw invalidArgument('transaction', 'the `DatabaseSync` on which you began it', transaction);
  }
  const location = transaction.location();
  if (location === null || realpathSync(location) !== realpathSync(path)) {
    throw invalidArgument(
      'transaction',
      `a database on the file of the queue, ${path}`,
      location ?? 'one in memory',
    );
  }
  // Older versions of Node do not report this; there the job would be stored at once.
  if (transaction.isTransaction === false) {
    throw invalidArgument(
      'transaction',
      'a database with a transaction under way',
      'one without',
      "Run `database.exec('BEGIN IMMEDIATE')` first.",
    );
  }
  return transaction;
}
