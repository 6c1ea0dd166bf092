import type { ErrorCode } from '../errors/error-code.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { findUnserializable, type Unserializable } from './find-unserializable.ts';
import { isInvalidDate } from './is-invalid-date.ts';
import { isPlainObject } from './is-plain-object.ts';
import { bytesOver } from './json-size.ts';
import type { JsonValue } from './json-value.ts';

/** How deeply objects and arrays may be nested. */
export const MAX_JSON_DEPTH = 1000;

/** Limits the size of a value as JSON in UTF-8. */
export interface ByteLimit {
  /** The largest number of bytes. */
  readonly maxBytes: number;
  /** The code of the error when the value is larger. */
  readonly code: ErrorCode;
  /** The option that raises the limit, if there is one. */
  readonly option?: string;
}

const NO_LIMIT: ByteLimit = { maxBytes: Number.POSITIVE_INFINITY, code: 'JOBS_PAYLOAD_TOO_LARGE' };

/** Is thrown as soon as a value is known to be too large: shared references multiply when they are copied. */
const TOO_LARGE: unique symbol = Symbol('too large');

/** Says how many bytes the parts of a value take as JSON: at most, or at least. */
interface Measure {
  /** For each UTF-16 unit of a string. */
  readonly unit: number;
  readonly number: number;
  /** For the comma behind an item. */
  readonly comma: number;
}

/** `\u0000`, `-0.0000010004170073682551`, and a comma behind each item. */
const AT_MOST: Measure = { unit: 6, number: 25, comma: 1 };
const AT_LEAST: Measure = { unit: 1, number: 1, comma: 0 };

/** The bytes of `[]` and of `{}`. */
const BRACKETS = 2;

/** How the conversion under way measures, and the number of bytes it may still copy. */
let measure = AT_MOST;
let bytesLeft = 0;

/** In a `for…in` loop V8 drops calls of this one; it makes each call of `Object.hasOwn`. */
const { hasOwnProperty: hasOwn } = Object.prototype;

/** Marks a value JSON cannot carry; a second pass, off the fast path, finds where and why. */
const REFUSED: unique symbol = Symbol('refused');

/**
 * Checks a value and copies it as a JSON round trip would: `toJSON` is called, absent and `undefined` properties are
 * left out, −0 becomes 0. Refuses what a round trip would silently lose or change, such as `NaN`, a `Map`, a function
 * or a sparse array.
 *
 * @throws JobsError with the given code; `details.path` says where, as in `payload.user.avatar`. Throws with the
 * limit's code when the value is larger; this is detected before all of it is copied
 */
export function toJson(
  value: unknown,
  label: string,
  code: ErrorCode,
  limit: ByteLimit = NO_LIMIT,
): JsonValue | undefined {
  if (value === undefined) return undefined;
  let copied: JsonValue | undefined | typeof REFUSED;
  try {
    // Nearly every value is too small to exceed the limit however it is written: one walk checks, measures and copies.
    copied = copyWithin(AT_MOST, value, limit);
  } catch (error) {
    if (error === TOO_LARGE) return largeToJson(value, label, code, limit);
    throw refusalOf(value, label, code, limit, error);
  }
  if (copied === REFUSED) throw refusalOf(value, label, code, limit, undefined);
  return copied;
}

/** Converts a value that may exceed the limit. */
function largeToJson(
  value: unknown,
  label: string,
  code: ErrorCode,
  limit: ByteLimit,
): JsonValue | undefined {
  let copied: JsonValue | undefined | typeof REFUSED;
  try {
    copied = copyWithin(AT_LEAST, value, limit);
  } catch (error) {
    throw refusalOf(value, label, code, limit, error);
  }
  if (copied === REFUSED) throw refusalOf(value, label, code, limit, undefined);
  const bytes = bytesOver(copied, limit.maxBytes);
  if (bytes !== undefined) throw tooLarge(label, limit, `${bytes}`);
  return copied;
}

function copyWithin(
  by: Measure,
  value: unknown,
  { maxBytes }: ByteLimit,
): JsonValue | undefined | typeof REFUSED {
  // `toJSON` of a part may convert another value meanwhile.
  const outer = measure;
  const outerLeft = bytesLeft;
  measure = by;
  bytesLeft = maxBytes;
  try {
    return copyChecked(value, 0, '');
  } finally {
    measure = outer;
    bytesLeft = outerLeft;
  }
}

/** Finds out what is wrong with a value that cannot be converted. */
function refusalOf(
  value: unknown,
  label: string,
  code: ErrorCode,
  limit: ByteLimit,
  thrown: unknown,
): JobsError {
  const found = findUnserializable(value, label, MAX_JSON_DEPTH);
  if (thrown === TOO_LARGE && found === undefined) return tooLarge(label, limit, 'more');
  const { path, problem, cause } = found ?? unsteady(label);
  return new JobsError(
    code,
    `Expected \`${path}\` to be a value JSON can carry, got ${problem}. ` +
      'Convert it before, or give the job a schema or a codec that does.',
    { cause: cause ?? (thrown === TOO_LARGE ? undefined : thrown), details: { path } },
  );
}

function unsteady(path: string): Unserializable {
  return { path, problem: 'a value that changes while it is being read' };
}

function tooLarge(label: string, { maxBytes, code, option }: ByteLimit, bytes: string): JobsError {
  const advice = option === undefined ? '' : `, or raise \`${option}\``;
  return new JobsError(
    code,
    `Expected \`${label}\` to be at most ${maxBytes} bytes of JSON, got ${bytes}. ` +
      `Store what is large elsewhere and pass on where it is${advice}.`,
    { details: { field: label, maxBytes, ...(option !== undefined && { [option]: maxBytes }) } },
  );
}

function copyChecked(
  value: unknown,
  depth: number,
  key: string | number,
): JsonValue | undefined | typeof REFUSED {
  switch (typeof value) {
    case 'string':
      count(value.length * measure.unit + 2);
      return value;
    case 'undefined':
      return value;
    case 'boolean':
      count(4 + measure.comma);
      return value;
    case 'number':
      count(measure.number);
      return Number.isFinite(value) ? value + 0 : REFUSED;
    case 'object':
      if (value !== null) return copyObject(value, depth, key);
      count(4);
      return null;
    default:
      return REFUSED;
  }
}

/** Counts the bytes of a part. */
function count(bytes: number): void {
  bytesLeft -= bytes;
  if (bytesLeft < 0) throw TOO_LARGE;
}

function copyObject(
  value: object,
  depth: number,
  key: string | number,
): JsonValue | undefined | typeof REFUSED {
  if (depth >= MAX_JSON_DEPTH) return REFUSED;
  if (Array.isArray(value)) return copyArray(value, depth);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') {
    if (isInvalidDate(value)) return REFUSED;
    // What it answers is counted, and not the object that answers.
    return copyChecked(toJSON.call(value, String(key)), depth + 1, key);
  }
  return isPlainObject(value) ? copyPlain(value, depth) : REFUSED;
}

function copyArray(source: readonly unknown[], depth: number): JsonValue | typeof REFUSED {
  count(BRACKETS);
  const target: JsonValue[] = [];
  for (let index = 0; index < source.length; index++) {
    const copied = copyChecked(source[index], depth + 1, index);
    // A hole reads as undefined too: JSON would turn both into null.
    if (copied === REFUSED || copied === undefined) return REFUSED;
    count(measure.comma);
    target.push(copied);
  }
  return target;
}

function copyPlain(
  source: { readonly [key: string]: unknown },
  depth: number,
): JsonValue | typeof REFUSED {
  count(BRACKETS);
  const target: { [key: string]: JsonValue } = {};
  // Faster than a loop over a list of the keys; properties added to Object.prototype are not the object's own.
  for (const key in source) {
    if (key === '__proto__') return REFUSED;
    if (!hasOwn.call(source, key)) continue;
    const copied = copyChecked(source[key], depth + 1, key);
    if (copied === REFUSED) return REFUSED;
    if (copied === undefined) continue;
    count(key.length * measure.unit + 3 + measure.comma);
    target[key] = copied;
  }
  return target;
}
