import { refusePromise } from '../check/refuse-promise.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import type { JobDefinition } from './job-definition.ts';

/**
 * Migrates a stored payload step by step to the version its definition knows.
 *
 * @throws JobsError `JOBS_MIGRATION_FAILED` when a step is missing or throws
 */
export function migratePayload(
  definition: JobDefinition,
  payload: unknown,
  fromVersion: number,
): unknown {
  const { version = 1, migrate = {} } = definition.options;
  let current = payload;
  for (let from = fromVersion; from < version; from++) {
    const step = migrate[from] as ((payload: unknown) => unknown) | undefined;
    const where = `the payload of job \`${definition.name}\` from version ${from} to ${from + 1}`;
    if (step === undefined) {
      throw new JobsError(
        'JOBS_MIGRATION_FAILED',
        `Expected \`migrate[${from}]\` to bring ${where}, but there is none. Add it, then retry the job.`,
      );
    }
    try {
      current = step(current);
      refusePromise(`migrate[${from}]`, 'the payload', current);
    } catch (cause) {
      const { message } = serializeError(cause);
      throw new JobsError(
        'JOBS_MIGRATION_FAILED',
        `Expected \`migrate[${from}]\` to bring ${where}, but it threw: ${message}. Mend it, then retry the job.`,
        { cause },
      );
    }
  }
  return current;
}
