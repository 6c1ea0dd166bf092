import type { MaybePromise } from '../lease/lease-store.ts';

/** Looks at deduplication keys, and frees them: the part of a backend with the capability `keys`. */
export interface KeyStore {
  /**
   * Finds the job that holds a key, by the rules of `DeduplicationMode`; returns its id, or nothing for a free key. A key that
   * is held for a time may be so by a job that is gone.
   */
  find(params: { readonly key: string }): MaybePromise<string | undefined>;
  /**
   * Frees a key, whatever becomes of its holder, which goes on without one: the next job with this key is stored. A holder that is
   * put back by hand takes it again. Returns whether a job held it.
   */
  free(params: { readonly key: string }): MaybePromise<boolean>;
}
