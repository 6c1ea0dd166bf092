import type { Capabilities } from '../contract/capabilities.ts';
import type { Lease } from '../contract/consumer.ts';
import type { JobRef } from '../contract/workflow-store.ts';
import { isJobsError, JobsError } from './jobs-error.ts';
import type { SerializedError } from './serialize-error.ts';
import { deserializeError } from './serialize-error.ts';

/** Makes the error a cancelled job ends with, and its signal aborts with. */
export function cancelledError(jobId: string, reason: string | undefined): JobsError {
  return new JobsError(
    'JOBS_CANCELLED',
    reason === undefined ? 'The job was cancelled' : `The job was cancelled: ${reason}`,
    { details: { jobId, reason } },
  );
}

/** Makes the error for a job id that a stored job of another type has. */
export function idTakenError(taken: {
  readonly jobId: string;
  readonly name: string;
  /** The name of the job that has the id. */
  readonly takenBy: string;
}): JobsError {
  const { jobId, name, takenBy } = taken;
  return new JobsError(
    'JOBS_CONFLICT',
    `Expected \`jobId\` of a job \`${name}\` to be new, or that of another \`${name}\`, got \`${jobId}\`, which a job \`${takenBy}\` has. ` +
      'Put the name into the id, or leave the id out.',
    { details: { jobId, name, takenBy } },
  );
}

/** Makes the error for a job that cannot be put back because another job now holds its deduplication key. */
export function keyHeldError(held: {
  readonly jobId: string;
  /** The job that holds the key. */
  readonly heldBy: string;
}): JobsError {
  const { jobId, heldBy } = held;
  return new JobsError(
    'JOBS_CONFLICT',
    `Job \`${jobId}\` stays as it is: job \`${heldBy}\` holds its deduplication key. ` +
      'Call again when that one has freed the key, or remove that one first.',
    { details: { jobId, heldBy } },
  );
}

/** Names a job that was not put back, and the one that holds its deduplication key. */
export interface HeldKey {
  readonly queueName: string;
  readonly jobId: string;
  readonly heldBy: string;
}

/** Makes the error for jobs of a workflow that were not retried since others hold their keys; it names 100 of them. */
export function keysHeldError(end: {
  /** How many jobs were retried. */
  readonly retried: number;
  readonly held: readonly HeldKey[];
}): JobsError {
  const { retried, held } = end;
  const [first] = held;
  const others = held.length > 1 ? `, and ${held.length - 1} more` : '';
  return new JobsError(
    'JOBS_CONFLICT',
    `${held.length} of the ${held.length + retried} jobs of the workflow that failed were not retried, since other jobs ` +
      `hold their deduplication keys: job \`${first?.heldBy}\` that of \`${first?.jobId}\`${others}. ` +
      'Retry the workflow again when those have ended, or remove them first.',
    { details: { retried, held: held.slice(0, 100).map((each) => ({ ...each })) } },
  );
}

/** Makes the error of a cursor that no list of the same states returned. */
export function invalidCursorError(cursor: string): JobsError {
  const text = JSON.stringify(cursor.slice(0, 100));
  return new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`cursor\` to be one that a list of the same states returned, got ${text}.`,
    { details: { field: 'cursor' } },
  );
}

/** Makes the error of a cursor within the waiting jobs of a queue whose order was changed since. */
export function orderChangedError(): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    'The order of the queue was changed since the page before, so `cursor` says no longer where its waiting jobs go on. List them again from the first page, without a cursor.',
    { details: { field: 'cursor' } },
  );
}

/** Returns whether an error is that of a cursor from before a change of the order. */
export function isOrderChanged(error: unknown): boolean {
  return isJobsError(error, 'JOBS_CONFLICT') && error.details?.['field'] === 'cursor';
}

/** Makes the error of an id that no stored job has. */
export function jobNotFoundError(id: string): JobsError {
  return new JobsError(
    'JOBS_NOT_FOUND',
    `There is no job \`${id}\`: the id is wrong, or the job was removed.`,
    { details: { jobId: id } },
  );
}

/** Makes the error for an action or outcome of a run that no longer holds its job. */
export function leaseLostError({ id, fencingToken }: Lease): JobsError {
  return new JobsError(
    'JOBS_LEASE_LOST',
    `Start ${fencingToken} of job \`${id}\` no longer holds it: its lease was lost, and another worker may run it, or this run has ended. ` +
      'Keep the event loop free, or raise `lockDuration`; await what a handler calls, and stop when `ctx.signal` aborts.',
    { details: { jobId: id, fencingToken } },
  );
}

/** Makes the error of an attempt that ended by a completion which was not committed. */
export function rolledBackError({ id, fencingToken }: Lease): JobsError {
  return new JobsError(
    'JOBS_ROLLED_BACK',
    `Start ${fencingToken} of job \`${id}\` ended by \`ctx.completeIn\`, but its transaction was not committed: it was rolled back, as the ` +
      'COMMIT of a transaction with a failed statement is, or was still open. Commit before the handler returns, and throw when a statement fails.',
    { details: { jobId: id, fencingToken } },
  );
}

/** Makes the error for a second completion of a job within one transaction. */
export function completedTwiceError({ id, fencingToken }: Lease): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    `Expected one \`ctx.completeIn\` in a run, got a second one of job \`${id}\`, which this run has completed: its transaction is ` +
      'open, or was committed. Complete a job once, last in its transaction; after a rollback it may be completed again.',
    { details: { jobId: id, fencingToken } },
  );
}

/** Makes the error for an optional part a backend does not have. */
export function notSupported(backendName: string, capability: keyof Capabilities): JobsError {
  return new JobsError(
    'JOBS_NOT_SUPPORTED',
    `The backend \`${backendName}\` does not support \`${capability}\`. Use a backend that declares this capability.`,
    { details: { backend: backendName, capability } },
  );
}

/** Makes the error of a call that came after `close()`. */
export function queueClosedError(queueName: string): JobsError {
  return new JobsError(
    'JOBS_QUEUE_CLOSED',
    `Queue \`${queueName}\` is closed. Make a new one with \`createQueue\`.`,
    { details: { queueName } },
  );
}

/** Makes the error for tables of a version before the first release. */
export function schemaOutdatedError(tables: {
  /** Names what holds the tables, such as `the schema jobs`. */
  readonly where: string;
  /** The statement or step that removes the tables. */
  readonly removal: string;
}): JobsError {
  const { where, removal } = tables;
  return new JobsError(
    'JOBS_SCHEMA_OUTDATED',
    `The tables in ${where} are of a version before the first release, which this version does not read. ` +
      `Let the version that made them finish their jobs, or move what waits to Redis by its \`philjs-jobs copy\`; ` +
      `then ${removal}. New tables are made when the queue is opened.`,
    { details: { where } },
  );
}

/** Makes the error of an id that no schedule has. */
export function scheduleNotFoundError(id: string): JobsError {
  return new JobsError('JOBS_NOT_FOUND', `There is no schedule \`${id}\`.`, {
    details: { scheduleId: id },
  });
}

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
    `Expected children of job \`${jobId}\` not to wait for it, got \`${childId}\`: it, or the job that holds its deduplication key, is or waits for that job.`,
    { details: { field: 'items', cycle: [jobId, childId, jobId] } },
  );
}

/**
 * Makes the error of a job that failed because one it waited for did. Its cause is the error of the job that failed
 * first; `details.path` lists the ids from that one to the one it waited for; `details.removed` says that the first one was
 * removed.
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
  const why = first === undefined ? '' : `: ${first.message.replace(/\.$/, '')}`;
  const isGone = isPassedOn ? error.details?.['removed'] === true : status === 'removed';
  const advice = isGone
    ? 'A removed job cannot be retried: enqueue what waited for it again.'
    : 'Retry the first that failed, and this one waits again.';
  const through =
    path.length > 1
      ? `, through ${path.length > MOST_NAMED ? 'at least ' : ''}${path.length - 1} other${path.length > 2 ? 's' : ''}`
      : '';
  return new JobsError(
    'JOBS_DEPENDENCY_FAILED',
    `A job it waited for, \`${name}\` (${id}), ${verb}${through}${why}. ${advice}`,
    {
      details: {
        dependency: { queueName, id, name, status },
        path: shortened(path),
        ...(isGone && { removed: true }),
      },
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
