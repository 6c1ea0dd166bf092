import type { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';

/** Makes the error for a client in place of one of its transactions, on which a call would be stored at once. */
export function clientError(what: string, given: unknown): JobsError {
  return invalidArgument(
    'transaction',
    `a transaction of ${what}`,
    given,
    'Give what the client passes to your function within the transaction, not the client itself.',
  );
}

/** Returns whether a value has a method. */
export function hasMethod(value: unknown, name: string): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isObject && typeof (value as Record<string, unknown>)[name] === 'function';
}
