import type { SerializedError } from '@philjs/jobs-core';

/** Tells how a handler ended in its isolate. */
export type Outcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: SerializedError }
  | { readonly kind: 'snoozed'; readonly ms: number }
  | { readonly kind: 'failed'; readonly error: SerializedError };
