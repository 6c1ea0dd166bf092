import { JobsError } from '@philjs/jobs-core';
import { MIGRATIONS } from './schema.ts';
import type { SqliteDatabase } from './sqlite-driver.ts';

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
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
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

function versionOf(database: SqliteDatabase): number {
  const row = database.prepare('PRAGMA user_version').get() as { readonly user_version: number };
  return Number(row.user_version);
}
