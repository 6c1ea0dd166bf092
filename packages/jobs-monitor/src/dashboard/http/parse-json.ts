import { JobsError } from '@philjs/jobs-core';
import secureJson from 'secure-json-parse';

/**
 * Reads JSON from outside. Refuses keys that would change prototypes.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function parseJson(text: string, field: string): unknown {
  try {
    return secureJson(text, { protoAction: 'error', constructorAction: 'error' });
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : '';
    throw new JobsError('JOBS_INVALID_ARGUMENT', `Expected \`${field}\` to be JSON. ${why}`, {
      details: { field },
    });
  }
}
