import { invalidArgument } from '../check/argument.ts';

/**
 * Checks one job name or a list of them, and returns a list; `undefined` for `undefined`. Names without a definition
 * are allowed: jobs of them may be stored.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkNames(
  name: string | readonly string[] | undefined,
): readonly string[] | undefined {
  if (name === undefined) return undefined;
  const names: readonly unknown[] = Array.isArray(name) ? name : [name];
  for (const item of names) {
    if (typeof item !== 'string')
      throw invalidArgument('name', 'a string, or an array of them', item);
  }
  return names as readonly string[];
}
