import type { Backend } from '../contract/backend.ts';
import { notSupported } from '../errors/not-supported.ts';
import type { JobDefinition } from '../job/job-definition.ts';

/**
 * Refuses to run a definition whose limits the backend cannot keep.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function requireLimits({ options }: JobDefinition, { name, capabilities }: Backend): void {
  if (options.concurrency !== undefined && !capabilities.concurrencyLimits) {
    throw notSupported(name, 'concurrencyLimits');
  }
  if (options.rateLimit !== undefined && !capabilities.rateLimits) {
    throw notSupported(name, 'rateLimits');
  }
}
