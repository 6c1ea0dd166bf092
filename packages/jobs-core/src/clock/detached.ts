import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';

const NAME = 'PhilJSJobs';
const OPTIONS = { requireManualDestroy: true };

/** Holds the async context of no call: it is made when this module is loaded. */
const outside = new AsyncResource(NAME, OPTIONS);

/**
 * Whether a resource keeps what `enterWith` entered in it, for the next call in it to see. Before Node 24 it does, where
 * stores belong to resources and not to frames.
 */
const resourcesKeep = ((): boolean => {
  const storage = new AsyncLocalStorage<boolean>();
  const tried = new AsyncResource(NAME, OPTIONS);
  tried.runInAsyncScope(() => storage.enterWith(true));
  const kept = tried.runInAsyncScope(() => storage.getStore() === true);
  storage.disable();
  return kept;
})();

/**
 * Calls a function outside of the caller's async context: the function, and every timer and promise it makes, sees no
 * `AsyncLocalStorage` of the code that happened to enqueue a job, to start a worker, or to run before.
 */
export function detached<TArgument, TAnswer>(
  call: (argument: TArgument) => TAnswer,
  argument: TArgument,
): TAnswer {
  const context = resourcesKeep ? outside.runInAsyncScope(freshResource) : outside;
  return context.runInAsyncScope(call, undefined, argument);
}

function freshResource(): AsyncResource {
  return new AsyncResource(NAME, OPTIONS);
}
