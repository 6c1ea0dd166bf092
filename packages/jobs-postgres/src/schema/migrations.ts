import { createHash } from 'node:crypto';
import { checkInteger } from '@philjs/jobs-core/internal';
import { checkSchema } from './check-schema.ts';
import { grantSql } from './grant-sql.ts';
import { FUNCTION_NAMES, INDEX_NAMES, SEQUENCE_NAMES, TABLE_NAMES } from './names.ts';
import { quoted } from './quoted.ts';
import { FUNCTIONS, STEPS } from './steps.ts';

/** How long a migration waits for a lock, in milliseconds: those that come after it wait behind it. */
const LOCK_TIMEOUT_MS = 2_000;

/** The text that is hashed to the lock under which migrations run one after another. */
export const MIGRATIONS_LOCK: string = `hashtextextended('philjs-jobs migrations', 0)`;

/** The SQL state of a schema that has something of an application under a name of ours. */
export const FOREIGN: string = '42710';

/** Returns the hashes of the steps that make a version of the tables, and of the functions of the latest. */
export function fingerprint(
  version: number = STEPS.length,
): readonly [steps: string, functions: string] {
  return [hash(STEPS.slice(0, version).join('')), hash(FUNCTIONS)];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Returns the SQL that brings a schema up to date from a version, as one transaction: the SQL that `createQueue`
 * runs by itself, for users who run their own migrations. It changes no tables of another version. Where it would wait
 * for a lock for more than two seconds it fails with the SQL state `55P03`, so that nothing queues behind it: run it again.
 *
 * @param schema - the schema @default 'philjs_jobs'
 * @param from - the version that exists @default 0: none
 * @param grantTo - a role that is granted what workers and producers need; it exists @default nobody
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function migrationSql(schema = 'philjs_jobs', from = 0, grantTo?: string): string {
  const name = quoted(checkSchema(schema));
  checkInteger('from', from, { min: 0, max: STEPS.length });
  const tag = tagFor(schema);
  return inTransaction([
    `SELECT pg_advisory_xact_lock(${MIGRATIONS_LOCK});`,
    // `IF NOT EXISTS` alone would require a right that is not needed when the schema exists.
    `DO ${tag} BEGIN IF to_regnamespace(${literal(name)}) IS NULL THEN CREATE SCHEMA ${name}; END IF; END ${tag};`,
    // Temporary tables of a transaction of the user are not to be taken for those of the schema: unless named, they come first.
    `SET LOCAL search_path TO ${name}, pg_temp;`,
    ...(from === 0
      ? [
          refuseForeign(name, tag),
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
    ...(grantTo === undefined ? [] : grantSql(schema, grantTo)),
  ]);
}

/** Makes one transaction of statements, which waits for no lock for long. */
export function inTransaction(statements: readonly string[]): string {
  return [
    'BEGIN;',
    'SET LOCAL client_min_messages = warning;',
    `SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};`,
    ...statements,
    'COMMIT;',
  ].join('\n');
}

/**
 * Fails where an application has made something of one of our names: its tables stay as they are, and so do its functions,
 * which ours would replace. A table of versions of ours says that another process was first.
 */
function refuseForeign(name: string, tag: string): string {
  const list = (names: readonly string[]): string => `'{${names.join(',')}}'`;
  const relations = list([...TABLE_NAMES, ...SEQUENCE_NAMES, ...INDEX_NAMES]);
  return `DO ${tag} DECLARE v_schema oid := to_regnamespace(${literal(name)}); v_found text; BEGIN
  SELECT f.what INTO v_found FROM (
    SELECT CASE c.relkind WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END
      || ' "' || c.relname || '"' AS what FROM pg_class c WHERE c.relnamespace = v_schema AND c.relname = ANY (${relations})
    UNION ALL SELECT 'function "' || p.proname || '"' FROM pg_proc p
      WHERE p.pronamespace = v_schema AND p.proname = ANY (${list(FUNCTION_NAMES)})
  ) f WHERE NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = to_regclass(${literal(`${name}.layout`)}) AND a.attname = 'version')
    ORDER BY f.what DESC LIMIT 1;
  IF v_found IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = '${FOREIGN}', MESSAGE = format(
    'The schema %s has a %s that @philjs/jobs-postgres did not make. Give the jobs a schema of their own, or rename it.',
    ${literal(name)}, v_found); END IF; END ${tag};`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Makes a quote of a block in which a name stands. */
function tagFor(name: string): string {
  let tag = '$philjs$';
  while (name.includes(tag)) tag = `${tag.slice(0, -1)}_$`;
  return tag;
}
