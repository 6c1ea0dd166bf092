import type { Capabilities } from '../contract/capabilities.ts';
import { JobsError } from './jobs-error.ts';

/** Makes the error for an optional part a backend does not have. */
export function notSupported(backendName: string, capability: keyof Capabilities): JobsError {
  return new JobsError(
    'JOBS_NOT_SUPPORTED',
    `The backend \`${backendName}\` does not support \`${capability}\`. Use one whose capabilities declare it.`,
    { details: { backend: backendName, capability } },
  );
}
