import { JobsError } from '@philjs/jobs-core';
import { schemaOutdatedError } from '@philjs/jobs-core/internal';
import type { Connection } from '../connection/connection.ts';
import { checkIsolation } from '../connection/read-committed.ts';
import { fingerprint, migrationSql, quoted } from './migrations.ts';
import { STEPS } from './steps.ts';

/**
 * Brings the schema up to date, or with `migrate: false` only checks it. Of many processes that start at once
 * one migrates, under an advisory lock; the others find the schema up to date.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when the schema is of a later version, or, with `migrate: false`, is
 * missing or of an earlier version; `JOBS_SCHEMA_OUTDATED` when it was made before the first release, by other steps than
 * today's; `JOBS_INVALID_ARGUMENT` when transactions are not read committed by default
 */
export async function migrate(
  connection: Connection,
  schema: string,
  allowed: boolean,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const version = await versionOf(connection, schema);
    if (version === STEPS.length) return;
    if (version > STEPS.length) throw refuse(schema, version, 'Update @philjs/jobs-postgres.');
    if (!allowed) {
      const from = version === 0 ? '' : ` --from ${version}`;
      const command = `philjs-jobs migrate --print --schema ${schema}${from}`;
      throw refuse(
        schema,
        version,
        `Run the SQL that \`${command}\` prints, or leave out \`migrate: false\`.`,
      );
    }
    try {
      await connection.script(migrationSql(schema, version));
      return;
    } catch (error) {
      // Another process may have been first.
      if (attempt > 2) throw error;
    }
  }
}

async function versionOf(connection: Connection, schema: string): Promise<number> {
  const there = await connection.query(
    `SELECT to_regclass($1) IS NOT NULL AS there, current_setting('transaction_isolation') AS level`,
    [`${quoted(schema)}.layout`],
  );
  checkIsolation(there[0]?.['level']);
  if (there[0]?.['there'] !== true) return 0;
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
