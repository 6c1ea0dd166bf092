import type { CancelOptions, CancelResult } from '@philjs/jobs-core';
import { type IQueue, type Job, type JobStatus, JobsError } from '@philjs/jobs-core';
import { jobNotFoundError } from '@philjs/jobs-core/backend';
import { dependantsFirst, type JobToEnd } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';
import type { Action, ActionResult, Progress } from './action.ts';
import type { Fields } from './fields.ts';
import { hidingPayload } from './hiding-payload.ts';

/** How many jobs are cancelled at once. */
const AT_ONCE = 25;

/**
 * Puts jobs back to run again that are in the state given. Without one, those that have failed; a single job may also be
 * cancelled. If a single job is in another state, that is a conflict.
 */
export const retry: Action = async ({ monitor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const { ids, status } = fields;
  if (ids.length === 1) {
    await queue.retryJob(ids[0], { status });
    return { changed: 1 };
  }
  if (status === undefined || status === 'failed')
    return { changed: await queue.retryJobs({ ids }) };
  return { changed: await queue.backend.retry({ ids, statuses: [status] }) };
};

/** Makes delayed jobs ready now, unless another state is given: one that waited may be delayed for its next attempt. */
export const promote: Action = async ({ monitor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const { ids, status = 'delayed' } = fields;
  if (status !== 'delayed') {
    if (ids.length > 1) return { changed: 0 };
    throw conflict(ids[0], 'made ready', `was ${status}`);
  }
  if (ids.length === 1) {
    await queue.promoteJob(ids[0]);
    return { changed: 1 };
  }
  return { changed: await queue.promoteJobs({ ids }) };
};

/** Removes jobs that are not active, and in the state given. */
export const remove: Action = async ({ monitor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const { ids, status } = fields;
  if (ids.length > 1) {
    return { changed: await queue.removeJobs({ ids, ...(status !== undefined && { status }) }) };
  }
  if (await queue.removeJob(ids[0], { status })) return { changed: 1 };
  throw jobNotFoundError(ids[0]);
};

/** Cancels jobs in the state given: a waiting job never starts, and a running job gets its signal aborted. */
export const cancel: Action = async ({ monitor }, fields, progress) => {
  const queue = monitor.getQueue(fields.queue);
  const { ids, status } = fields;
  const jobs = ids.map((id) => ({ id, ...(status !== undefined && { status }) }));
  if (ids.length > 1) return { changed: await cancelAll(queue, jobs, fields, progress) };
  const options = { ...cancelOptions(fields), status };
  const end = await queue.cancelJob(ids[0], options);
  refuseUnlessCancelled(ids[0], end, status);
  if (end === 'requested') progress.requested = 1;
  return { changed: 1 };
};

/**
 * Cancels many jobs, several at the same time, but each before those that it waits for, as it would fail for them. Counts the
 * cancelled ones also when it fails half-way. It leaves alone those that are in another state by then than the one given: one
 * that was waiting may have started.
 */
export async function cancelAll(
  queue: IQueue,
  jobs: readonly JobToEnd[],
  fields: Fields,
  progress: Progress,
): Promise<number> {
  const options = cancelOptions(fields);
  const given = new Map(jobs.map((job) => [job.id, job.status]));
  const cancelOne = (id: string): Promise<CancelResult> =>
    queue.cancelJob(id, { ...options, status: given.get(id) });
  for (const level of await dependantsFirst(queue, jobs)) {
    for (let start = 0; start < level.length; start += AT_ONCE) {
      const ends = await Promise.allSettled(level.slice(start, start + AT_ONCE).map(cancelOne));
      progress.changed += ends.filter(hasChanged).length;
      progress.requested += ends.filter(isRequested).length;
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  }
  return progress.changed;
}

function hasChanged(end: PromiseSettledResult<CancelResult>): boolean {
  return end.status === 'fulfilled' && changes(end.value);
}

function isRequested(end: PromiseSettledResult<CancelResult>): boolean {
  return end.status === 'fulfilled' && end.value === 'requested';
}

function cancelOptions(fields: Fields): CancelOptions {
  return { reason: fields.text('reason'), force: fields.flag('force') };
}

/** Runs a completed job again, as a new job. */
export const rerun: Action = async ({ monitor }, fields) => {
  return enqueued(await monitor.getQueue(fields.queue).rerunJob(fields.ids[0]));
};

/** Returns the result of an action that enqueues a job: it made none where there is one of its id or key already. */
export function enqueued({ id, duplicate }: Job): ActionResult {
  return duplicate === true
    ? { changed: 0, answer: { id } }
    : { changed: 1, newIds: [id], answer: { id } };
}

/** Enqueues a copy of a job, with the same name, payload, priority and number of attempts. */
export const duplicate: Action = async ({ monitor, redactor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const [id] = fields.ids;
  const job = await queue.getJob(id);
  if (job === undefined) throw jobNotFoundError(id);
  return enqueued(await enqueueLike(queue, id, job.payload, redactor));
};

/**
 * Enqueues a copy of a stored job with a different payload.
 *
 * @throws JobsError `JOBS_NOT_FOUND`, `JOBS_CONFLICT` when it is of another version than this process
 * knows, and as `enqueue`
 */
export async function enqueueLike(
  queue: IQueue,
  id: string,
  payload: unknown,
  redactor: Redactor,
): Promise<Job> {
  const job = await queue.getJob(id);
  if (job === undefined) throw jobNotFoundError(id);
  const { version = 1 } = queue.getDefinition(job.name)?.options ?? { version: job.version };
  if (version !== job.version) {
    throw new JobsError(
      'JOBS_CONFLICT',
      `Job \`${id}\` has a payload of version ${job.version}, and this process knows version ${version} of \`${job.name}\`. Retry it instead: that brings its payload up to date.`,
    );
  }
  const { name, priority, maxAttempts: attempts } = job;
  const metadata = { copyOf: id };
  return hidingPayload(redactor, { name, payload }, () =>
    queue.enqueue(name, payload, { priority, attempts, metadata }),
  );
}

function changes(result: CancelResult): boolean {
  return result === 'cancelled' || result === 'requested';
}

function refuseUnlessCancelled(
  id: string,
  result: CancelResult,
  status: JobStatus | undefined,
): void {
  if (result === 'not-found') throw jobNotFoundError(id);
  if (result === 'finished') throw conflict(id, 'cancelled', 'has finished');
  if (result === 'other-status') throw conflict(id, 'cancelled', `is no longer ${status}`);
}

function conflict(id: string, action: string, state: string): JobsError {
  return new JobsError('JOBS_CONFLICT', `Job \`${id}\` cannot be ${action}: it ${state}.`);
}
