import { isDeepStrictEqual } from 'node:util';

/**
 * Returns whether a value contains another one: objects by all fields that are named, arrays item by item, anything
 * else by equality. Matchers of test runners, such as `expect.any(String)`, decide themselves.
 */
export function contains(value: unknown, match: unknown): boolean {
  if (isMatcher(match)) return match.asymmetricMatch(value);
  if (Array.isArray(match)) {
    if (!Array.isArray(value) || value.length !== match.length) return false;
    return match.every((item, index) => contains(value[index], item));
  }
  if (!isPlain(match) || !isPlain(value)) return isDeepStrictEqual(value, match);
  return Object.entries(match).every(([key, part]) => contains(value[key], part));
}

interface Matcher {
  asymmetricMatch(value: unknown): boolean;
}

function isMatcher(value: unknown): value is Matcher {
  return typeof (value as Partial<Matcher> | null | undefined)?.asymmetricMatch === 'function';
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
