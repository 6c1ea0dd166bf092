import type { AttemptFailure } from '../contract/attempt-failure.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import { cutTo } from '../errors/text-budget.ts';
import { bytesOver } from '../json/json-size.ts';
import type { JsonValue } from '../json/json-value.ts';

/** The number of failures kept of a job: the latest. A job may have a thousand attempts. */
const MAX_FAILURES = 10;
/** The bytes of JSON they may take; the latest failure is kept in any case. */
const MAX_BYTES = 131_072;
/** The number of characters kept of each stack: its top, which shows where the attempt failed. */
const MAX_STACK = 2000;

/**
 * Adds the failure of an attempt to those of the attempts before it, oldest first: the last 10 are kept,
 * with at most 2,000 characters of each stack, and at most 128 KiB of JSON in all. The job's own error keeps
 * the whole stack of the latest.
 */
export function addFailure(
  earlier: readonly AttemptFailure[] | undefined,
  failure: AttemptFailure,
): readonly AttemptFailure[] {
  const added = { ...failure, error: withShortStacks(failure.error) };
  if (earlier === undefined) return [added];
  // Another tool may have retried the job without clearing its failures.
  const before = earlier.filter(({ attempt }) => attempt < failure.attempt);
  const kept = [...before.slice(1 - MAX_FAILURES), added];
  while (kept.length > 1 && bytesOver(kept as unknown as JsonValue, MAX_BYTES) !== undefined) {
    kept.shift();
  }
  return kept;
}

function withShortStacks(error: SerializedError): SerializedError {
  const { stack, cause, errors } = error;
  return {
    ...error,
    ...(stack !== undefined && { stack: shortened(stack) }),
    ...(cause !== undefined && { cause: withShortStacks(cause) }),
    ...(errors !== undefined && { errors: errors.map(withShortStacks) }),
  };
}

/** Cuts between lines if possible: a secret that is cut in two is not recognised, and so not masked. */
function shortened(stack: string): string {
  if (stack.length <= MAX_STACK) return stack;
  const lastLine = stack.lastIndexOf('\n', MAX_STACK);
  return cutTo(stack, lastLine > 0 ? lastLine : MAX_STACK);
}
