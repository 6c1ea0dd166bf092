import { createHash } from 'node:crypto';
import { JobsError } from '@philjs/jobs-core';
import { schemaOutdatedError } from '@philjs/jobs-core/internal';
import { STEPS } from './schema.ts';
import type { SqliteDatabase } from './sqlite-driver.ts';

/** Reads the version of the tables, in a file that has them. */
export const VERSION = 'SELECT version FROM philjs_jobs';

/**
 * Brings the tables of a file up to date.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when a later version of this package made them; `JOBS_SCHEMA_OUTDATED` when
 * they were made before the first release, by other steps than today's; `JOBS_CONFLICT` when the file has something else of
 * one of their names
 */
export function migrate(database: SqliteDatabase, path: string): void {
  if (versionOf(database, path) === STEPS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database, path);
    refuseLater(version, path);
    if (version === 0) refuseForeign(database, path);
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(
      `UPDATE philjs_jobs SET version = ${STEPS.length}, fingerprint = '${fingerprint(STEPS.length)}'`,
    );
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
  if (version <= STEPS.length) return;
  throw new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `The file ${path} has version ${version} of the tables, this package knows ${STEPS.length}. Update @philjs/jobs-sqlite.`,
    { details: { version, known: STEPS.length } },
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
function versionOf(database: SqliteDatabase, path: string): number {
  if (!hasColumn(database, 'philjs_jobs', 'version')) {
    // The first versions had tables without a prefix, and their number in the header of the file.
    if (hasColumn(database, 'queues', 'schedule_revision')) throw outdated(path);
    return 0;
  }
  const row = database.prepare('SELECT * FROM philjs_jobs').get() ?? {};
  const { version, fingerprint: made } = row as Record<string, unknown>;
  const known = Number(version);
  const isOurs = known > STEPS.length ? made !== undefined : made === fingerprint(known);
  if (!isOurs) throw outdated(path);
  return known;
}

function hasColumn(database: SqliteDatabase, table: string, column: string): boolean {
  const sql = `SELECT 1 FROM pragma_table_info('${table}') WHERE name = '${column}'`;
  return database.prepare(sql).get() !== undefined;
}

/** Returns the hash of the steps that make a version of the tables. */
function fingerprint(version: number): string {
  const steps = STEPS.slice(0, version).join('');
  return createHash('sha256').update(steps).digest('hex').slice(0, 16);
}

function outdated(path: string): JobsError {
  return schemaOutdatedError({
    where: `the file ${path}`,
    removal: 'remove them (delete the file, if nothing else is in it)',
  });
}

/** Refuses a file in which another program has made something of a name that is kept for the tables of this package. */
function refuseForeign(database: SqliteDatabase, path: string): void {
  const sql = `SELECT type, name FROM sqlite_master WHERE name LIKE 'philjs!_jobs%' ESCAPE '!' LIMIT 1`;
  const found = database.prepare(sql).get() as { type: string; name: string } | undefined;
  if (found === undefined) return;
  const { type, name } = found;
  throw new JobsError(
    'JOBS_CONFLICT',
    `The file ${path} has a ${type} \`${name}\` that @philjs/jobs-sqlite did not make. Names that begin with \`philjs_jobs\` ` +
      'belong to its tables: rename it, or keep the jobs in another file.',
    { details: { path, type, name } },
  );
}
