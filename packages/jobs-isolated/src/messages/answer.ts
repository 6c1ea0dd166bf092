import type { SerializedError } from '@philjs/jobs-core';

/** Answers a {@link Call}: with a value, or with the error that the host's `ctx` threw. */
export interface Answer {
  readonly kind: 'answer';
  readonly run: number;
  readonly call: number;
  readonly value?: unknown;
  readonly error?: SerializedError;
}
