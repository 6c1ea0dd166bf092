import { JOB_STATUSES } from '../contract/job-status.ts';

/** Returns whether an answer is one that the contract allows. */
export type IsValid = (answer: unknown) => boolean;

/** Allows only `undefined`. */
export const isNothing: IsValid = (answer) => answer === undefined;
/** Allows booleans. */
export const isBoolean: IsValid = (answer) => typeof answer === 'boolean';
/** Allows texts. */
export const isText: IsValid = (answer) => typeof answer === 'string';
/** Allows counts. */
export const isCount: IsValid = (answer) => Number.isInteger(answer) && (answer as number) >= 0;
/** Allows any object. */
export const isObject: IsValid = (answer) => typeof answer === 'object' && answer !== null;
/** Allows any array. */
export const isArray: IsValid = (answer) => Array.isArray(answer);

/** Allows any function. */
export const isFunction: IsValid = (answer) => typeof answer === 'function';

/** Allows objects with a method, such as the `stop` of a consumer. */
export function hasFunction(name: string): IsValid {
  return (answer) => typeof fieldOf(answer, name) === 'function';
}

/** Allows objects with an array, such as the `jobs` of a page. */
export function hasArray(name: string): IsValid {
  return (answer) => Array.isArray(fieldOf(answer, name));
}

/** Allows objects with a number, such as the `waitMs` of a reservation. */
export function hasNumber(name: string): IsValid {
  return (answer) => Number.isFinite(fieldOf(answer, name));
}

/** Allows objects with a text. */
export function hasText(name: string): IsValid {
  return (answer) => typeof fieldOf(answer, name) === 'string';
}

/** Allows objects with a boolean. */
export function hasBoolean(name: string): IsValid {
  return (answer) => typeof fieldOf(answer, name) === 'boolean';
}

/** Allows `undefined` as well. */
export function maybe(isValid: IsValid): IsValid {
  return (answer) => answer === undefined || isValid(answer);
}

/** Allows the record of the given id. */
export function isRecordOf({ id }: { readonly id: string }): IsValid {
  return (answer) => fieldOf(answer, 'id') === id;
}

/** Allows one result for each of the given number of jobs. */
export function isAddAnswer(
  answer: unknown,
  { jobs }: { readonly jobs: readonly unknown[] },
): boolean {
  if (!Array.isArray(answer) || answer.length !== jobs.length) return false;
  // `every` would pass over a hole.
  for (let index = 0; index < answer.length; index++) {
    if (!isAddResult(answer[index])) return false;
  }
  return true;
}

/** Allows a count for each state. */
export const isCounts: IsValid = (answer) =>
  JOB_STATUSES.every((status) => isCount(fieldOf(answer, status)));

const CANCEL_RESULTS: ReadonlySet<unknown> = new Set([
  'cancelled',
  'requested',
  'finished',
  'other-status',
  'not-found',
]);

/** Allows the results of `cancel`. */
export const isCancelResult: IsValid = (answer) => CANCEL_RESULTS.has(answer);

function isAddResult(result: unknown): boolean {
  const { id, outcome } = (result ?? {}) as { readonly id?: unknown; readonly outcome?: unknown };
  if (typeof id !== 'string') return false;
  return outcome === 'added' || outcome === 'duplicate' || outcome === 'replaced';
}

function fieldOf(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null
    ? (answer as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
