import { checkFunction } from '../check/argument.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { IQueue } from '../queue/queue-interface.ts';

const lists = new WeakMap<IQueue, Middleware[]>();

/** Makes the list of a queue's middleware, to which {@link wrapRuns} adds. */
export function wrappersOf(queue: IQueue, own: readonly Middleware[]): readonly Middleware[] {
  const list = [...own];
  lists.set(queue, list);
  return list;
}

/**
 * Adds middleware around each run of every job of a queue in this process, outside all other: for packages that build
 * on a queue they did not make. Returns a function that ends it. Runs under way are not affected.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function wrapRuns(queue: IQueue, middleware: Middleware): () => void {
  checkFunction('middleware', middleware);
  const list = lists.get(queue) ?? [];
  list.unshift(middleware);
  return () => {
    const at = list.indexOf(middleware);
    if (at >= 0) list.splice(at, 1);
  };
}
