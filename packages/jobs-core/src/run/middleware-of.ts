import type { JobDefinition } from '../job/job-definition.ts';
import type { Middleware } from '../middleware/middleware.ts';

const NONE: readonly Middleware[] = [];

/** Lists the middleware of a definition, which may give one, several or none. */
export function middlewareOf(definition: JobDefinition): readonly Middleware[] {
  const { middleware } = definition.options;
  if (middleware === undefined) return NONE;
  return typeof middleware === 'function' ? [middleware] : middleware;
}
