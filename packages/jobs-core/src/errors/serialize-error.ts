import { describeValue } from '../check/describe-value.ts';
import { isPlainObject } from '../json/is-plain-object.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { toJson } from '../json/to-json.ts';
import { utf8Bytes } from '../json/utf8-bytes.ts';
import { ERROR_CODES, type ErrorCode } from './error-code.ts';
import { isJobsError, JobsError } from './jobs-error.ts';
import { TextBudget } from './text-budget.ts';

const MAX_CAUSES = 5;
const MAX_PARTS = 10;
/** Parts of parts multiply, so the depth kept is less than that of causes. */
const MAX_PARTS_DEPTH = 2;
const MAX_DETAILS_BYTES = 16_384;
const MAX_FIELD_BYTES = 1024;
const MAX_FIELDS = 20;
/** Fields that are stored elsewhere for every error, and fields that would change a prototype. */
const ITS_OWN: ReadonlySet<string> = new Set([
  ...['name', 'message', 'stack', 'code', 'cause', 'errors', '__proto__', 'constructor'],
]);

/**
 * Turns any thrown value into plain JSON with a readable name and message, without ever throwing itself: `undefined`,
 * strings, errors whose getters throw, circular causes. The result takes at most about 64 KiB: the deepest parts are
 * left out first.
 */
export function serializeError(thrown: unknown): SerializedError {
  return serialize(thrown, 0, new TextBudget());
}

function serialize(thrown: unknown, depth: number, budget: TextBudget): SerializedError {
  try {
    return describe(thrown, depth, budget);
  } catch {
    // A proxy may throw on any access, even on the check whether it is an Error.
    return { name: 'NonError', message: `${describeValue(thrown)} was thrown` };
  }
}

function describe(thrown: unknown, depth: number, budget: TextBudget): SerializedError {
  if (typeof thrown !== 'object' || thrown === null) return nonError(thrown, budget);
  if (!looksLikeError(thrown)) return nonError(thrown, budget);
  const own = describeAlone(thrown, budget);
  const cause = depth < MAX_CAUSES ? (read(thrown, 'cause') ?? undefined) : undefined;
  const parts = depth < MAX_PARTS_DEPTH ? read(thrown, 'errors') : undefined;
  const hasParts = Array.isArray(parts);
  return {
    ...own,
    ...(cause !== undefined &&
      !budget.isSpent && {
        cause: budget.share(hasParts ? 2 : 1, (left) => serialize(cause, depth + 1, left)),
      }),
    ...(hasParts && { errors: serializeParts(parts, depth + 1, budget) }),
  };
}

function describeAlone(thrown: object, budget: TextBudget): SerializedError {
  const name = budget.cut(readString(thrown, 'name') || 'Error');
  const message = readString(thrown, 'message') ?? 'The message of the error cannot be read';
  const code = readCode(thrown);
  const details = isJobsError(thrown)
    ? readDetails(thrown.details, MAX_DETAILS_BYTES, budget)
    : readOwnFields(thrown, budget);
  const stack = readString(thrown, 'stack');
  return {
    name,
    message: budget.cut(message),
    ...(code !== undefined && { code: budget.cut(code) }),
    ...(details !== undefined && { details }),
    ...(stack !== undefined && { stack: budget.cut(stack) }),
  };
}

function serializeParts(
  parts: readonly unknown[],
  depth: number,
  budget: TextBudget,
): SerializedError[] {
  if (budget.isSpent) return [];
  const kept = parts.slice(0, MAX_PARTS);
  return kept.map((part, index) =>
    budget.share(kept.length - index, (left) => serialize(part, depth, left)),
  );
}

/** Reads an error's details for programs, if JSON can carry them and they are not too long. */
function readDetails(
  details: unknown,
  maxBytes: number,
  budget: TextBudget,
): JsonObject | undefined {
  if (details === undefined) return undefined;
  try {
    const limit = { maxBytes, code: 'JOBS_RESULT_TOO_LARGE' } as const;
    const stored = toJson(details, 'details', 'JOBS_RESULT_NOT_SERIALIZABLE', limit);
    // The store may decode the error as UTF-8.
    const text = JSON.stringify(stored, (_key, value) =>
      typeof value === 'string' ? value.toWellFormed() : value,
    );
    return budget.spend(utf8Bytes(text)) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads an error's additional fields, such as `status`: those that JSON can carry, each of at most 1 KiB, and 20 of
 * them. Requests and responses, which libraries attach to errors, do not qualify.
 */
function readOwnFields(thrown: object, budget: TextBudget): JsonObject | undefined {
  const fields: { [name: string]: JsonValue } = {};
  for (const name of Object.keys(thrown)) {
    if (ITS_OWN.has(name) || name.length > 100 || Object.keys(fields).length >= MAX_FIELDS)
      continue;
    const value = read(thrown, name);
    if (value === undefined || typeof value === 'function') continue;
    const kept = readDetails({ [name]: value }, MAX_FIELD_BYTES, budget);
    if (kept !== undefined) Object.assign(fields, kept);
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function nonError(thrown: unknown, budget: TextBudget): SerializedError {
  const text =
    typeof thrown === 'string' && thrown !== '' ? thrown : `${preview(thrown)} was thrown`;
  return { name: 'NonError', message: budget.cut(text) };
}

/** Shows an object's JSON where it has any, since `{ status: 503 }` says more than `an object`; of an instance, `{}` says less. */
function preview(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return describeValue(thrown);
  try {
    const json = JSON.stringify(thrown);
    const saysMore = json !== undefined && (json !== '{}' || isPlainObject(thrown));
    return saysMore ? `\`${json.slice(0, 500)}\`` : describeValue(thrown);
  } catch {
    return describeValue(thrown);
  }
}

function looksLikeError(thrown: object): boolean {
  return thrown instanceof Error || typeof read(thrown, 'message') === 'string';
}

function readCode(thrown: object): string | undefined {
  const code = read(thrown, 'code');
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
}

function readString(thrown: object, key: string): string | undefined {
  const value = read(thrown, key);
  return typeof value === 'string' ? value : undefined;
}

function read(thrown: object, key: string): unknown {
  try {
    return (thrown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/**
 * Carries an error across processes as plain JSON. Whatever was thrown, {@link name} and {@link message} are readable
 * strings. All of it takes at most about 64 KiB of JSON, and UTF-8 can carry it.
 */
export interface SerializedError {
  /** The error's name, such as `TypeError`. For a thrown value that is no error: `NonError`. */
  readonly name: string;
  /** The message, cut to 10,000 characters. */
  readonly message: string;
  /** The error's `code`, our own (`JOBS_TIMEOUT`) or another's (`ECONNREFUSED`). */
  readonly code?: string;
  /**
   * The details of a {@link JobsError}, such as `{ field, issues }`, at most 16 KiB of JSON; of other errors their
   * additional fields, such as `{ status: 503 }`, at most 20 of 1 KiB each.
   */
  readonly details?: JsonObject;
  /** The stack, cut to 10,000 characters. */
  readonly stack?: string;
  /** The error's `cause`, at most five deep. */
  readonly cause?: SerializedError;
  /** The parts of an `AggregateError`, at most ten. */
  readonly errors?: readonly SerializedError[];
}

/**
 * Makes a throwable error from a stored one: a {@link JobsError} for our own codes, with its details, else an `Error`
 * (an `AggregateError` where parts are stored) with the stored name, message, code, stack, cause and fields.
 */
export function deserializeError(stored: SerializedError): Error {
  const cause = stored.cause === undefined ? undefined : deserializeError(stored.cause);
  if (isOwnCode(stored.code)) {
    const { details } = stored;
    return new JobsError(stored.code, stored.message, { cause, ...(details && { details }) });
  }
  const options = cause === undefined ? undefined : { cause };
  const error =
    stored.errors === undefined
      ? new Error(stored.message, options)
      : new AggregateError(stored.errors.map(deserializeError), stored.message, options);
  error.name = stored.name;
  if (stored.stack !== undefined) error.stack = stored.stack;
  if (stored.code !== undefined) Object.assign(error, { code: stored.code });
  for (const [field, value] of Object.entries(stored.details ?? {})) {
    // Nothing that every error has, such as `toString`, can be set from a store.
    if (!(field in error)) Object.assign(error, { [field]: value });
  }
  return error;
}

function isOwnCode(code: string | undefined): code is ErrorCode {
  return (ERROR_CODES as readonly (string | undefined)[]).includes(code);
}

/** Makes an `Error` from any thrown value; a value that is not an error becomes the `cause` of one. Never throws. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that throws on every access; described below like any other value.
  }
  return new Error(serializeError(thrown).message, { cause: thrown });
}
