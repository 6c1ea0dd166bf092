import type { SerializedError } from '@philjs/jobs-core';

/** Aborts the signal of a run. */
export interface Abort {
  readonly kind: 'abort';
  readonly run: number;
  readonly reason: SerializedError;
}
