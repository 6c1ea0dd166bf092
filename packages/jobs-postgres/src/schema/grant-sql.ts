import { checkName } from './check-schema.ts';
import { FUNCTION_NAMES, SEQUENCE_NAMES, TABLE_NAMES } from './names.ts';
import { quoted } from './quoted.ts';

/**
 * Returns the statements that grant a role what workers, producers, the dashboard and the command line need in a schema,
 * and nothing else there.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function grantSql(schema: string, grantTo: string): string[] {
  const within = quoted(schema);
  const role = quoted(checkName('grantTo', 'a role', grantTo));
  const all = (names: readonly string[]): string =>
    names.map((name) => `${within}.${name}`).join(', ');
  return [
    `GRANT USAGE ON SCHEMA ${within} TO ${role};`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE ${all(TABLE_NAMES)} TO ${role};`,
    `GRANT USAGE ON SEQUENCE ${all(SEQUENCE_NAMES)} TO ${role};`,
    `GRANT EXECUTE ON FUNCTION ${all(FUNCTION_NAMES)} TO ${role};`,
  ];
}
