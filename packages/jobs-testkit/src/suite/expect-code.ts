import type { ErrorCode, JobsError } from '@philjs/jobs-core';
import { expect } from 'vitest';

/** Expects a call to reject with an error of a code; returns the error. */
export async function expectCode(
  call: Promise<unknown> | (() => unknown),
  code: ErrorCode,
): Promise<JobsError> {
  const promise = typeof call === 'function' ? (async () => call())() : call;
  const error = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  const outcome = (error as { readonly code?: unknown } | undefined)?.code ?? error;
  expect(outcome).toBe(code);
  return error as JobsError;
}
