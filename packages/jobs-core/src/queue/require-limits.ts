import type { Backend } from '../contract/backend.ts';
import { notSupported } from '../errors/not-supported.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { keyedConcurrency } from '../job/limits-of.ts';

/**
 * Refuses to run a definition whose limits the backend cannot enforce.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function requireLimits({ options }: JobDefinition, { name, capabilities }: Backend): void {
  if (capabilities.limits) return;
  if (keyedConcurrency(options.concurrency) !== undefined) throw notSupported(name, 'limits');
  if (options.concurrency !== undefined && !capabilities.concurrencyLimits) {
    throw notSupported(name, 'concurrencyLimits');
  }
  if (options.rateLimit !== undefined && !capabilities.rateLimits) {
    throw notSupported(name, 'rateLimits');
  }
}
