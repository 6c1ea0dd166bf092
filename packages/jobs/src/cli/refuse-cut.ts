import { UsageError } from './usage-error.ts';

/** The fewest characters of a text, with its quotes and name, at which one may be cut where it is shown. */
const SHORTEST = 60_000;
/** Stand in place of values that are left out where a job is shown. */
const LEFT_OUT: readonly unknown[] = ['[more]', '[deeper]'];

/**
 * Refuses a payload that was read where long ones are shown cut, such as `list --json`: it would replace the whole one.
 *
 * @throws UsageError
 */
export function refuseCut(given: unknown, stored: unknown): void {
  const isLong = (JSON.stringify(given)?.length ?? 0) >= SHORTEST;
  const path = cutIn(given, stored, ['payload'], isLong);
  if (path === undefined) return;
  throw new UsageError(
    `--data holds the payload as it is shown cut, at \`${path.join('.')}\`: what follows there would be lost. ` +
      'Begin with the whole of it, which `show --json` prints.',
  );
}

/** Returns the path of a value that stands for a longer one at its place; without one, `undefined`. */
function cutIn(
  given: unknown,
  stored: unknown,
  path: readonly string[],
  isLong: boolean,
): readonly string[] | undefined {
  if (typeof given === 'string') return isCut(given, stored, isLong) ? path : undefined;
  if (typeof given !== 'object' || given === null) return undefined;
  for (const [key, inner] of Object.entries(given)) {
    const before = typeof stored === 'object' && stored !== null && Object.hasOwn(stored, key);
    const at = before ? (stored as Readonly<Record<string, unknown>>)[key] : undefined;
    const found = cutIn(inner, at, [...path, key], isLong);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isCut(given: string, stored: unknown, isLong: boolean): boolean {
  if (given === stored || stored === undefined) return false;
  if (LEFT_OUT.includes(given)) return true;
  if (!isLong || !given.endsWith('…') || typeof stored !== 'string') return false;
  return stored.length >= given.length && stored.startsWith(given.slice(0, -1));
}
