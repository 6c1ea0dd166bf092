import type { JobDefinition } from '../job/job-definition.ts';
import type { Middleware } from '../middleware/middleware.ts';

/** Lists the middleware around a run, outermost first: the queue's, then the definition's one or several. */
export function middlewareOf(
  queueWide: readonly Middleware[],
  definition: JobDefinition,
): readonly Middleware[] {
  const { middleware } = definition.options;
  if (middleware === undefined || (Array.isArray(middleware) && middleware.length === 0)) {
    return queueWide;
  }
  return queueWide.concat(middleware);
}
