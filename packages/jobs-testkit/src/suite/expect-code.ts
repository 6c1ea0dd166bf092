import type { ErrorCode } from '@philjs/jobs-core';
import { expect } from 'vitest';

/** Expects a call to reject with an error of a code. */
export async function expectCode(
  call: Promise<unknown> | (() => unknown),
  code: ErrorCode,
): Promise<void> {
  const promise = typeof call === 'function' ? (async () => call())() : call;
  const outcome = await promise.then(
    () => 'no error',
    (error: { code?: unknown } | undefined) => error?.code ?? error,
  );
  expect(outcome).toBe(code);
}
