import { isDate } from 'node:util/types';
import type { ErrorCode } from '../errors/error-code.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { findUnserializable } from './find-unserializable.ts';
import { isPlainObject } from './is-plain-object.ts';
import type { JsonValue } from './json-value.ts';

/** How deeply objects and arrays may be nested. */
export const MAX_JSON_DEPTH = 1000;

/** Marks a value JSON cannot carry; where and why is found out afterwards, off the fast path. */
const REFUSED: unique symbol = Symbol('refused');

/**
 * Checks a value and copies it as a JSON round trip would: `toJSON` is called, absent and
 * `undefined` properties are left out, −0 becomes 0. What a round trip would silently lose or
 * change, such as `NaN`, a `Map`, a function or a sparse array, is refused instead.
 *
 * @throws JobsError with the given code; `details.path` says where, as in `payload.user.avatar`
 */
export function toJson(value: unknown, label: string, code: ErrorCode): JsonValue | undefined {
  let copied: JsonValue | undefined | typeof REFUSED;
  let thrown: unknown;
  try {
    copied = copyChecked(value, 0, '');
  } catch (error) {
    copied = REFUSED;
    thrown = error;
  }
  if (copied !== REFUSED) return copied;
  const { path, problem, cause } = findUnserializable(value, label, MAX_JSON_DEPTH);
  throw new JobsError(
    code,
    `Expected \`${path}\` to be a value JSON can carry, got ${problem}. ` +
      'Convert it before, or give the job a schema or a codec that does.',
    { cause: cause ?? thrown, details: { path } },
  );
}

function copyChecked(
  value: unknown,
  depth: number,
  key: string,
): JsonValue | undefined | typeof REFUSED {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value + 0 : REFUSED;
    case 'object':
      return value === null ? null : copyObject(value, depth, key);
    default:
      return REFUSED;
  }
}

function copyObject(
  value: object,
  depth: number,
  key: string,
): JsonValue | undefined | typeof REFUSED {
  if (depth >= MAX_JSON_DEPTH) return REFUSED;
  if (Array.isArray(value)) return copyArray(value, depth);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') {
    if (isDate(value) && Number.isNaN(value.getTime())) return REFUSED;
    return copyChecked(toJSON.call(value, key), depth + 1, key);
  }
  return isPlainObject(value) ? copyPlain(value, depth) : REFUSED;
}

function copyArray(source: readonly unknown[], depth: number): JsonValue | typeof REFUSED {
  const target: JsonValue[] = [];
  for (let index = 0; index < source.length; index++) {
    const copied = copyChecked(source[index], depth + 1, '');
    // A hole reads as undefined too: JSON would turn both into null.
    if (copied === REFUSED || copied === undefined) return REFUSED;
    target.push(copied);
  }
  return target;
}

function copyPlain(
  source: { readonly [key: string]: unknown },
  depth: number,
): JsonValue | typeof REFUSED {
  const target: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(source)) {
    if (key === '__proto__') return REFUSED;
    const copied = copyChecked(source[key], depth + 1, key);
    if (copied === REFUSED) return REFUSED;
    if (copied !== undefined) target[key] = copied;
  }
  return target;
}
