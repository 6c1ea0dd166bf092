import type { JobRef } from '../contract/workflow-store.ts';
import { deserializeError } from './deserialize-error.ts';
import { JobsError } from './jobs-error.ts';
import type { SerializedError } from './serialized-error.ts';

/** The largest number of jobs a path names: those nearest to the job that failed first, and to the last one. */
const MOST_NAMED = 40;

/** Makes the error for a job that is to wait for one that is not stored. */
export function dependencyNotFoundError(missing: {
  /** The job to store. */
  readonly jobId: string;
  readonly dependency: JobRef;
}): JobsError {
  const { jobId, dependency } = missing;
  return new JobsError(
    'JOBS_NOT_FOUND',
    `Expected \`dependsOn\` of job \`${jobId}\` to name stored jobs, got \`${dependency.id}\`, which queue \`${dependency.queueName}\` does not have. ` +
      'Name a job of another queue with `{ queue, id }`; one that was removed cannot be waited for.',
    { details: { jobId, dependency: { ...dependency } } },
  );
}

/** Makes the error for a child that waits for the job that adds it. */
export function dependencyCircleError(circle: {
  /** The job that adds the child. */
  readonly jobId: string;
  /** The child. */
  readonly childId: string;
}): JobsError {
  const { jobId, childId } = circle;
  return new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected children of job \`${jobId}\` not to wait for it, got \`${childId}\`, which does, itself or through others.`,
    { details: { field: 'items', cycle: [jobId, childId, jobId] } },
  );
}

/**
 * Makes the error of a job that failed because one it waited for did. Its cause is the error of the job that failed
 * first; `details.path` lists the ids from that one to the one it waited for.
 */
export function dependencyFailedError(failed: {
  readonly queueName: string;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly error?: SerializedError;
}): JobsError {
  const { queueName, id, name, status, error } = failed;
  const isPassedOn = error?.code === 'JOBS_DEPENDENCY_FAILED';
  const path = [...(isPassedOn ? pathOf(error) : []), id];
  const first = isPassedOn ? error.cause : error;
  const became = status === 'failed' || status === 'cancelled' ? status : 'was removed';
  const verb = status === 'cancelled' ? 'was cancelled' : became;
  const why = first === undefined ? '' : `: ${first.message}`;
  const through =
    path.length > 1 ? `, through ${path.length - 1} other${path.length > 2 ? 's' : ''}` : '';
  return new JobsError(
    'JOBS_DEPENDENCY_FAILED',
    `A job it waited for, \`${name}\` (${id}), ${verb}${through}${why}. Retry the first that failed, and this one waits again.`,
    {
      details: { dependency: { queueName, id, name, status }, path: shortened(path) },
      ...(first !== undefined && { cause: deserializeError(first) }),
    },
  );
}

function pathOf({ details }: SerializedError): readonly string[] {
  const path = details?.['path'];
  return Array.isArray(path) ? path.filter((id) => typeof id === 'string') : [];
}

function shortened(path: readonly string[]): readonly string[] {
  if (path.length <= MOST_NAMED) return path;
  return [...path.slice(0, MOST_NAMED / 2), ...path.slice(-MOST_NAMED / 2)];
}
