import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkInteger, checkOptions } from '@philjs/jobs-core/internal';
import { openConnection } from './connection/open-connection.ts';
import { checkPostgresOptions, type PostgresTarget } from './postgres-options.ts';
import { bringUpToDate } from './schema/bring-up-to-date.ts';
import { checkName } from './schema/check-schema.ts';
import type { MigrationWait } from './schema/migration-wait.ts';

/** Configures {@link migrate}. */
export interface MigrateOptions {
  /** Where the database is, as for a queue. @default the environment's `DATABASE_URL`, else `postgres://localhost:5432` */
  readonly postgres?: PostgresTarget | undefined;
  /** The schema of the tables; it is made if it does not exist. @default 'philjs_jobs' */
  readonly schema?: string | undefined;
  /** A role that is granted what workers, producers and the dashboard need, and no more; it exists. @default nobody */
  readonly grantTo?: string | undefined;
  /**
   * How often it tries to get its locks. A try waits 2 seconds for a lock, in which others queue behind it; between tries
   * they get through for a second. @default 30
   */
  readonly tries?: number | undefined;
  /** Called with the processes that a lock is waited for, when they are others than before. */
  readonly onWait?: ((waits: readonly MigrationWait[]) => void) | undefined;
}

/**
 * Makes the tables in PostgreSQL, or brings them up to date, before a release starts: as `createQueue` does by itself, but
 * with more patience, for as long as it takes, and with grants. It changes all or nothing.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when the server is away, a lock was not free in all tries, the role may not
 * do it, or the tables are of a later version; `JOBS_CONFLICT` when an application has something of one of their names;
 * `JOBS_SCHEMA_OUTDATED`; `JOBS_INVALID_ARGUMENT`
 */
export async function migrate(options: MigrateOptions = {}): Promise<void> {
  checkOptions('migrate', options, ['postgres', 'schema', 'grantTo', 'tries', 'onWait']);
  const { grantTo, tries = 30, onWait } = options;
  const { target, schema } = checkPostgresOptions({
    postgres: options.postgres,
    schema: options.schema,
  });
  if (grantTo !== undefined) checkName('grantTo', 'a role', grantTo);
  checkInteger('tries', tries, { min: 1, max: 10_000 });
  if (onWait !== undefined && typeof onWait !== 'function') {
    throw invalidArgument('onWait', 'a function', onWait);
  }
  const connection = await openConnection(target, true);
  try {
    await bringUpToDate(connection, schema, { migrate: true, grantTo, tries, onWait });
  } finally {
    await connection.close();
  }
}
