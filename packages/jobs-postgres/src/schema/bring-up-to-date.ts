import { isJobsError, JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { schemaOutdatedError } from '@philjs/jobs-core/internal';
import type { Connection } from '../connection/connection.ts';
import { checkIsolation } from '../connection/read-committed.ts';
import { grantSql } from './grant-sql.ts';
import { FOREIGN, fingerprint, inTransaction, migrationSql } from './migrations.ts';
import { quoted } from './quoted.ts';
import { MigrationRunner, type Patience } from './run-migration.ts';
import { STEPS } from './steps.ts';

/** How often a migration is tried again that failed for another reason than a lock: another process may have been first. */
const RACES = 3;

/** The SQL states of what the role may not do, and of a role that there is not. */
const FORBIDDEN = '42501';
const UNDEFINED = '42704';

/** Says how a schema is to be brought up to date. */
export interface Task extends Patience {
  /** Whether its tables may be changed; else they are only checked. */
  readonly migrate: boolean;
  /** A role that gets what workers and producers need. */
  readonly grantTo?: string | undefined;
}

/**
 * Brings the schema up to date, or with `migrate: false` only checks it. Of many processes that start at once
 * one migrates, under an advisory lock; the others find the schema up to date.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when the schema is of a later version, when a lock is not free in all tries,
 * when the role may not do it, or, with `migrate: false`, when the schema is missing or of an earlier version;
 * `JOBS_CONFLICT` when something of an application has one of its names; `JOBS_SCHEMA_OUTDATED` when it was made before the
 * first release, by other steps than today's; `JOBS_INVALID_ARGUMENT` when transactions are not read committed by default,
 * or there is no such role
 */
export async function bringUpToDate(
  connection: Connection,
  schema: string,
  task: Task,
): Promise<void> {
  const runner = new MigrationRunner(connection, schema, task);
  try {
    for (let attempt = 1; ; attempt++) {
      const version = await find(connection, schema);
      const sql = sqlFor(schema, version, task);
      if (sql === undefined) return;
      try {
        if (await runner.run(sql)) return;
      } catch (error) {
        if (attempt >= RACES || isJobsError(error)) throw toRefusal(error, schema, version, task);
      }
    }
  } catch (error) {
    if (isJobsError(error) && error.details?.['code'] === FORBIDDEN) {
      throw await forbidden(connection, schema, error);
    }
    throw error;
  }
}

/** Returns what has to be run on a version of the tables, if anything. */
function sqlFor(schema: string, version: number, { migrate, grantTo }: Task): string | undefined {
  if (version === STEPS.length) {
    return grantTo === undefined ? undefined : inTransaction(grantSql(schema, grantTo));
  }
  if (version > STEPS.length) throw refuse(schema, version, 'Update @philjs/jobs-postgres.');
  if (migrate) return migrationSql(schema, version, grantTo);
  const from = version === 0 ? '' : ` --from ${version}`;
  const command = `philjs-jobs migrate --print --schema ${schema}${from}`;
  throw refuse(
    schema,
    version,
    `Run the SQL that \`${command}\` prints, or leave out \`migrate: false\`.`,
  );
}

async function find(connection: Connection, schema: string): Promise<number> {
  const [there] = await connection.query(
    `SELECT EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = 'version') AS there,
      current_setting('transaction_isolation') AS level`,
    [`${quoted(schema)}.layout`],
  );
  checkIsolation(there?.['level']);
  return there?.['there'] === true ? versionOf(connection, schema) : 0;
}

async function versionOf(connection: Connection, schema: string): Promise<number> {
  const [layout] = await connection.query(
    `SELECT version, to_jsonb(l) ->> 'fingerprint' AS fingerprint FROM ${quoted(schema)}.layout l`,
  );
  const version = Number(layout?.['version'] ?? 0);
  if (!isKnown(version, layout?.['fingerprint'])) {
    throw schemaOutdatedError({
      where: `the schema ${schema}`,
      removal: `remove them (DROP SCHEMA ${quoted(schema)} CASCADE, if nothing else is in it)`,
    });
  }
  return version;
}

/** Whether the steps of this package made tables of a version, and its functions those of the latest. */
function isKnown(version: number, made: unknown): boolean {
  if (typeof made !== 'string') return made === undefined;
  const known = fingerprint(version);
  if (version === STEPS.length) return made === known.join(' ');
  return version > STEPS.length || made.split(' ')[0] === known[0];
}

function refuse(schema: string, version: number, advice: string): JobsError {
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `The schema ${schema} has version ${version} of the tables, this package needs ${STEPS.length}. ${advice}`,
    { details: { schema, version, needed: STEPS.length } },
  );
}

/** Returns why a schema is not brought up to date; an error of another kind as it is. */
function toRefusal(error: unknown, schema: string, version: number, { grantTo }: Task): unknown {
  if (isJobsError(error) || !(error instanceof Error)) return error;
  const { code } = error as { readonly code?: unknown };
  if (code === FOREIGN && version === 0) {
    return new JobsError('JOBS_CONFLICT', error.message, { cause: error, details: { schema } });
  }
  if (code === UNDEFINED && grantTo !== undefined) {
    return invalidArgument('grantTo', 'a role of the server', grantTo);
  }
  return error;
}

async function forbidden(
  connection: Connection,
  schema: string,
  cause: JobsError,
): Promise<JobsError> {
  const [row] = await connection.query('SELECT current_user::text AS role');
  const role = String(row?.['role']);
  const { message } = cause.cause as Error;
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `The role ${role} may not use or change the tables in the schema ${schema} (${message}). ` +
      `Run \`philjs-jobs migrate --schema ${schema} --grant-to ${role}\` as the role that owns them, or is to own them.`,
    { cause, details: { code: FORBIDDEN, schema, role } },
  );
}
