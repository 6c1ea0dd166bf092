import { realpathSync } from 'node:fs';
import { invalidArgument } from '@philjs/jobs-core/backend';
import type { SqliteOptions } from '../sqlite-options.ts';
import { STEPS } from './schema.ts';
import { isInTransaction, pathOf, type SqliteDatabase, shadowedOf } from './sqlite-driver.ts';

const TABLES: ReadonlySet<string> = new Set(
  Array.from(STEPS.join('\n').matchAll(/CREATE TABLE (\w+)/g), ([, name]) => String(name)),
);

/**
 * Checks the transaction a user gave: an open database on the same file, with a transaction in progress, that
 * sees the tables of the file.
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
  const shadowed = shadowedOf(transaction, TABLES);
  if (shadowed !== undefined) {
    throw invalidArgument(
      'transaction',
      'a database without temporary tables that have the names of the tables of jobs',
      `one with a temporary "${shadowed}"`,
    );
  }
  return transaction;
}
