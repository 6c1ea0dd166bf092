import { realpathSync } from 'node:fs';
import { invalidArgument } from '@philjs/jobs-core';
import type { SqliteOptions } from '../sqlite-options.ts';
import { isInTransaction, pathOf, type SqliteDatabase } from './sqlite-driver.ts';

/**
 * Checks the transaction a user gave: an open database on the same file, with a transaction in progress.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTransaction(
  transaction: unknown,
  { path, driver }: Pick<SqliteOptions, 'path' | 'driver'>,
): SqliteDatabase {
  if (!(transaction instanceof driver)) {
    throw invalidArgument(
      'transaction',
      `the \`${driver.name}\` on which you began it`,
      transaction,
    );
  }
  const location = pathOf(transaction);
  if (location === '' || realpathSync(location) !== realpathSync(path)) {
    throw invalidArgument(
      'transaction',
      `a database on the file of the queue, ${path}`,
      location === '' ? 'one in memory' : location,
    );
  }
  // Older versions of Node do not report this; there the job would be stored at once.
  if (isInTransaction(transaction) === false) {
    throw invalidArgument(
      'transaction',
      'a database with a transaction under way',
      'one without',
      "Run `database.exec('BEGIN IMMEDIATE')` first.",
    );
  }
  return transaction;
}
