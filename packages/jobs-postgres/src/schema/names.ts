import { FUNCTIONS, STEPS } from './steps.ts';

/** The names of the tables. */
export const TABLE_NAMES: readonly string[] = ['layout', ...made(/CREATE TABLE (\w+)/g)];

/** The names of the sequences. */
export const SEQUENCE_NAMES: readonly string[] = made(/CREATE SEQUENCE (\w+)/g);

/** The names of the indexes. */
export const INDEX_NAMES: readonly string[] = made(/CREATE (?:UNIQUE )?INDEX (\w+)/g);

/** The names of the functions. */
export const FUNCTION_NAMES: readonly string[] = made(/CREATE OR REPLACE FUNCTION (\w+)/g);

/** Returns the names that a pattern finds in the SQL of the latest version. */
function made(pattern: RegExp): string[] {
  return Array.from(`${STEPS.join('')}${FUNCTIONS}`.matchAll(pattern), ([, name]) => String(name));
}
