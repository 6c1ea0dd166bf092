import { createHash } from 'node:crypto';
import { checkInteger } from '@philjs/jobs-core/internal';
import { checkSchema } from './check-schema.ts';
import { FUNCTIONS, STEPS } from './steps.ts';

/** Returns the hashes of the steps that make a version of the tables, and of the functions of the latest. */
export function fingerprint(
  version: number = STEPS.length,
): readonly [steps: string, functions: string] {
  return [hash(STEPS.slice(0, version).join('')), hash(FUNCTIONS)];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Quotes the name of a schema. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Returns the SQL that brings a schema up to date from a version, as one transaction: the SQL that `createQueue`
 * runs by itself, for users who run their own migrations. It changes no tables of another version.
 *
 * @param schema - the schema @default 'philjs_jobs'
 * @param from - the version that exists @default 0: none
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function migrationSql(schema = 'philjs_jobs', from = 0): string {
  const name = quoted(checkSchema(schema));
  checkInteger('from', from, { min: 0, max: STEPS.length });
  const tag = tagFor(schema);
  return [
    'BEGIN;',
    'SET LOCAL client_min_messages = warning;',
    `SELECT pg_advisory_xact_lock(hashtextextended('philjs-jobs migrations', 0));`,
    // `IF NOT EXISTS` alone would require a right that is not needed when the schema exists.
    `DO ${tag} BEGIN IF to_regnamespace('${name.replaceAll("'", "''")}') IS NULL THEN CREATE SCHEMA ${name}; END IF; END ${tag};`,
    // Temporary tables of a transaction of the user are not to be taken for those of the schema: unless named, they come first.
    `SET LOCAL search_path TO ${name}, pg_temp;`,
    ...(from === 0
      ? [
          'CREATE TABLE layout (version int NOT NULL, fingerprint text NOT NULL);',
          `INSERT INTO layout VALUES (0, '');`,
        ]
      : [
          // Another process may have been first, also one that knows a later version.
          `DO ${tag} BEGIN IF (SELECT version FROM layout) <> ${from} THEN RAISE EXCEPTION`,
          `'The tables have version %, and this SQL is for those of version ${from}', (SELECT version FROM layout); END IF; END ${tag};`,
        ]),
    ...STEPS.slice(from),
    FUNCTIONS,
    `UPDATE layout SET version = ${STEPS.length}, fingerprint = '${fingerprint().join(' ')}';`,
    'COMMIT;',
  ].join('\n');
}

/** Makes a quote of a block in which a name stands. */
function tagFor(name: string): string {
  let tag = '$philjs$';
  while (name.includes(tag)) tag = `${tag.slice(0, -1)}_$`;
  return tag;
}
