import type { SerializedError } from '@philjs/jobs-core';

/** Tells the host the error that ends a process, which no exit code can. */
export interface Uncaught {
  readonly kind: 'uncaught';
  readonly error: SerializedError;
}
