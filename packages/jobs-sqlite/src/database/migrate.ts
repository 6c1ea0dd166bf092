import { JobsError } from '@philjs/jobs-core';
import { MIGRATIONS } from './schema.ts';
import type { SqliteDatabase } from './sqlite-driver.ts';

/** Reads the version of the tables, in a file that has them. */
export const VERSION = 'SELECT version FROM philjs_jobs';

/**
 * Brings the tables of a file up to date.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when a later version of this package made them
 */
export function migrate(database: SqliteDatabase, path: string): void {
  if (versionOf(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    refuseLater(version, path);
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`UPDATE philjs_jobs SET version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database, 'ROLLBACK');
    throw error;
  }
}

/**
 * Refuses tables of a later version of this package.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
 */
export function refuseLater(version: number, path: string): void {
  if (version <= MIGRATIONS.length) return;
  throw new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `The file ${path} has version ${version} of the tables, this package knows ${MIGRATIONS.length}. Update @philjs/jobs-sqlite.`,
    { details: { version, known: MIGRATIONS.length } },
  );
}

/** Undoes a transaction that failed, or a part of it. */
export function rollBack(database: SqliteDatabase, sql: string): void {
  try {
    database.exec(sql);
  } catch {
    // SQLite rolls back by itself on some errors, such as a full disk.
  }
}

/** Reads the version of the tables; 0 in a file that has none of this package. */
function versionOf(database: SqliteDatabase): number {
  // Before version 9 it was in the header of the file, which belongs to the programs that share the file.
  const where = [
    ['philjs_jobs', 'version', VERSION],
    ['queues', 'schedule_revision', 'SELECT user_version AS version FROM pragma_user_version'],
  ] as const;
  const found = where.find(([table, column]) => {
    const sql = `SELECT 1 FROM pragma_table_info('${table}') WHERE name = '${column}'`;
    return database.prepare(sql).get() !== undefined;
  });
  if (found === undefined) return 0;
  return Number((database.prepare(found[2]).get() as { readonly version: number }).version);
}
