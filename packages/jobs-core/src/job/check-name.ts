import { invalidArgument } from '../check/argument.ts';

const MAX_NAME_LENGTH = 200;
/** Matches characters that cannot be seen. Variation selectors, which emoji need, are no such. */
const INVISIBLE =
  /\u034F|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0]/u;
/** Names that every JavaScript object already has a property for. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Checks the name of a job or a queue.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkName(field: string, name: unknown): string {
  if (typeof name !== 'string' || name.trim() === '' || name.length > MAX_NAME_LENGTH) {
    const advice = hasName(name) ? `Give its \`name\`, \`${name.name}\`.` : '';
    throw invalidArgument(field, `a string of 1 to ${MAX_NAME_LENGTH} characters`, name, advice);
  }
  if (INVISIBLE.test(name)) {
    throw invalidArgument(field, 'a string without control, zero-width or bidi characters', name);
  }
  if (name !== name.trim()) {
    throw invalidArgument(field, 'a string that neither begins nor ends with a space', name);
  }
  if (RESERVED.has(name)) throw invalidArgument(field, 'a name JavaScript does not reserve', name);
  return name;
}

const MAX_ID_LENGTH = 256;

/** Returns whether a value can be an id a user chose. */
export function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH;
}

/**
 * Checks an id a user chose: of a job, a deduplication key or a schedule.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkId(field: string, id: unknown): string {
  if (isId(id)) return id;
  throw invalidArgument(field, `a string of 1 to ${MAX_ID_LENGTH} characters`, id);
}

/** Returns whether a value is a definition, or another object with a name. */
function hasName(value: unknown): value is { readonly name: string } {
  return (
    typeof value === 'object' && typeof (value as { name?: unknown } | null)?.name === 'string'
  );
}
