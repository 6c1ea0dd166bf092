import type { JobDefinition } from '../job/job-definition.ts';
import type { Middleware } from './middleware.ts';

/**
 * Lists the middleware around a run, outermost first: the queue's, then the definition's one or several. A list of its own,
 * since the queue's may change during the run.
 */
export function middlewareOf(
  queueWide: readonly Middleware[],
  definition: JobDefinition,
): readonly Middleware[] {
  const { middleware } = definition.options;
  if (middleware === undefined || (Array.isArray(middleware) && middleware.length === 0)) {
    return queueWide.length === 0 ? queueWide : [...queueWide];
  }
  return queueWide.concat(middleware);
}
