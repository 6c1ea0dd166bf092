import { AsyncResource } from 'node:async_hooks';

/** Holds the async context of no call: it is made when this module is loaded. */
const outside = new AsyncResource('PhilJSJobs', { requireManualDestroy: true });

/**
 * Calls a function outside of the caller's async context: the function, and every timer and promise it makes, sees no
 * `AsyncLocalStorage` of the code that happened to enqueue a job or to start a worker.
 */
export function detached<TArgument, TAnswer>(
  call: (argument: TArgument) => TAnswer,
  argument: TArgument,
): TAnswer {
  return outside.runInAsyncScope(call, undefined, argument);
}
