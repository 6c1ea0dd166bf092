import type { Clock } from '../clock/clock.ts';
import type { Backend } from '../contract/backend.ts';
import { JobsError } from '../errors/jobs-error.ts';

/**
 * Returns a backend, but refuses a virtual clock on a backend with a time of its own: a test that controls the clock
 * would run real jobs by the backend's time.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function requireVirtualTime(backend: Backend, clock: Clock): Backend {
  const { name, capabilities } = backend;
  if (clock.isVirtual !== true || capabilities.virtualTime) return backend;
  throw new JobsError(
    'JOBS_NOT_SUPPORTED',
    `The backend \`${name}\` does not support \`virtualTime\`, and the queue was given a virtual clock. In tests import \`createQueue\` from '@philjs/jobs-memory'; no environment variable chooses another backend there.`,
    { details: { backend: name, capability: 'virtualTime' } },
  );
}
