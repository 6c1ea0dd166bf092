import { JobsError } from '../errors/jobs-error.ts';
import { describeValue } from './describe-value.ts';
import { suggestionFor } from './suggestion.ts';
import { timeAdvice } from './time-advice.ts';

/** Makes the error of a caller's mistake: names the field, what was expected, what came and what to do. */
export function invalidArgument(
  field: string,
  expected: string,
  received: unknown,
  advice = '',
): JobsError {
  return new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`${field}\` to be ${expected}, got ${describeValue(received)}.${advice && ` ${advice}`}`,
    { details: { field, expected } },
  );
}

/** Makes the same error for a value that no error may show, since it may hold a password: `got` says what it is. */
export function invalidSecret(field: string, expected: string, got: string): JobsError {
  const message = `Expected \`${field}\` to be ${expected}, got ${got}.`;
  return new JobsError('JOBS_INVALID_ARGUMENT', message, { details: { field, expected } });
}

/** Says which whole numbers are allowed. */
export interface IntegerRange {
  /** The smallest allowed. */
  readonly min: number;
  /** The largest allowed. */
  readonly max: number;
}

/**
 * Checks a whole number within a range.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkInteger(field: string, value: unknown, range: IntegerRange): number {
  if (Number.isInteger(value) && (value as number) >= range.min && (value as number) <= range.max) {
    return value as number;
  }
  throw invalidArgument(field, `an integer from ${range.min} to ${range.max}`, value);
}

/** The longest duration that any option takes: 100 years. A longer one is a mistake of units. */
export const MAX_DURATION_MS: number = 100 * 365 * 86_400_000;
/** The longest duration to wait for within one process: 2³¹ − 1 ms, about 24.8 days. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

/**
 * Checks a duration in milliseconds.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkDuration(field: string, value: unknown, range: IntegerRange): number {
  if (typeof value === 'number' && value >= range.min && value <= range.max) return value;
  throw invalidArgument(
    field,
    `a number of milliseconds from ${range.min} to ${range.max}`,
    value,
    typeof value === 'string' ? 'Durations are numbers, such as `5 * 60_000`.' : '',
  );
}

/**
 * Checks a time, and returns it in epoch milliseconds.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkTime(field: string, value: unknown): number {
  const at = epochOf(value);
  if (typeof at === 'number' && Math.abs(at) <= 8.64e15) return at;
  const expected = 'a valid Date, a number of epoch milliseconds or an instant of Temporal';
  throw invalidArgument(field, expected, value, timeAdvice(value));
}

function epochOf(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'object' || value === null) return value;
  return (value as { readonly epochMilliseconds?: unknown }).epochMilliseconds;
}

/**
 * Checks that a value is a function, if it is given.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkFunction(field: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw invalidArgument(field, 'a function', value);
  }
}

/**
 * Checks that a value is a boolean, if it is given.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkFlag(field: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') {
    throw invalidArgument(field, '`true` or `false`', value);
  }
}

/**
 * Checks that a value is a string, if it is given.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkText(field: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') {
    throw invalidArgument(field, 'a string', value);
  }
}

/**
 * Checks that a value is an `AbortSignal`, from any realm, if it is given.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkSignal(field: string, value: unknown): void {
  if (value === undefined) return;
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  if (typeof aborted === 'boolean' && typeof addEventListener === 'function') return;
  throw invalidArgument(field, 'an AbortSignal', value);
}

/** The kinds of objects, as `Object.prototype.toString` names them, whose content is not in their properties. */
const NOT_OPTIONS: ReadonlySet<string> = new Set([
  ...['[object Promise]', '[object Map]', '[object Set]', '[object Date]'],
]);

/**
 * Checks that a value is an object of options. A promise that was not awaited, or a Map, would else be read as one
 * without any option.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkObject(field: string, value: unknown): object {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && !NOT_OPTIONS.has(Object.prototype.toString.call(value))) return value;
  throw invalidArgument(field, 'an object', value);
}

/**
 * Checks that a value is an object of options with known names only.
 *
 * @param hints - by names in lower case, what stands in place of options that are none here
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, with a suggestion where a name is a near miss
 */
export function checkOptions(
  field: string,
  value: unknown,
  known: readonly string[],
  synonyms?: ReadonlyMap<string, string>,
  hints?: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  const options = checkObject(field, value);
  for (const name in options) {
    if (known.includes(name) || !Object.hasOwn(options, name)) continue;
    const hint = hints?.get(name.toLowerCase());
    const suggestion = hint === undefined ? suggestionFor(name, known, synonyms) : undefined;
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Unknown option \`${name}\` in \`${field}\`${adviceOf(hint, suggestion, known)}`,
      { details: { field: `${field}.${name}`, suggestion } },
    );
  }
  return options as Readonly<Record<string, unknown>>;
}

function adviceOf(
  hint: string | undefined,
  suggestion: string | undefined,
  known: readonly string[],
): string {
  if (hint !== undefined) return `: ${hint}.`;
  if (suggestion !== undefined) return `, did you mean \`${suggestion}\`?`;
  return `; known are ${known.join(', ')}.`;
}
