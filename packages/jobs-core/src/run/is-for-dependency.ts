import type { JobRecord } from '../contract/job-record.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import { countFailing } from '../job/count-failing.ts';

/**
 * Returns whether a job failed for one it waited for. A handler that could not read a result may throw the same error,
 * but then no failure of what it waited for was to fail it.
 */
export function isForDependency(
  { dependencies }: Pick<JobRecord, 'dependencies'>,
  error: SerializedError | undefined,
): boolean {
  return (
    error?.code === 'JOBS_DEPENDENCY_FAILED' &&
    dependencies !== undefined &&
    countFailing(dependencies) > 0
  );
}
