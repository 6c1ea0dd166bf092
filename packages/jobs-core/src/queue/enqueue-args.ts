import type { EnqueueOptions } from './enqueue-options.ts';

/**
 * Is the tuple of arguments of `enqueue` after the job: a payload that may be `undefined`, or is not known, may be
 * left out.
 */
export type EnqueueArgs<TInput> = [TInput] extends [never]
  ? [payload?: unknown, options?: GivenOptions]
  : undefined extends TInput
    ? [payload?: TInput, options?: GivenOptions]
    : [payload: TInput, options?: GivenOptions];

/** Has a name so that generic functions can pass theirs on: written out above, compilers take no `undefined` from them. */
type GivenOptions = EnqueueOptions | undefined;
