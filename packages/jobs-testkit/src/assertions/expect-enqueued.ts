import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import type { GetJobsOptions, IQueue, IQueues, Job, JobDefinition } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { contains } from './contains.ts';

/** The number of payloads that a message shows. */
const MOST_SHOWN = 5;

/**
 * Expects that a job was enqueued, whatever its state is now; with `match`, a job whose payload contains that.
 * Returns the first such job. Of the queues of a `createQueues` it looks into that of the job.
 *
 * @throws AssertionError when there is none; JobsError `JOBS_INVALID_ARGUMENT` for what is no job
 *
 * @example
 * const job = await expectEnqueued(queue, sendEmail, { to: 'ada@example.com' });
 * expect(job.priority).toBe(5);
 */
export async function expectEnqueued<TInput, TResult, TOutput>(
  queue: IQueue | IQueues,
  job: JobDefinition<string, TInput, TResult, TOutput>,
  match?: unknown,
): Promise<Job<TInput, TResult>>;
export async function expectEnqueued(
  queue: IQueue | IQueues,
  job: string,
  match?: unknown,
): Promise<Job>;
export async function expectEnqueued(
  queue: IQueue | IQueues,
  job: JobDefinition | string,
  match?: unknown,
): Promise<Job> {
  const jobs = await findJobs(queue, job);
  const wanted = jobs.find(({ payload }) => match === undefined || contains(payload, match));
  if (wanted !== undefined) return wanted;
  throw new AssertionError({
    message: `Expected a job \`${nameOf(job)}\` with ${match === undefined ? 'any payload' : `the payload ${show(match)}`} to have been enqueued, found ${tellFound(jobs)}.`,
    actual: jobs.map(({ payload }) => payload),
    expected: [match],
    operator: 'expectEnqueued',
  });
}

/** Expects that no job was enqueued; with `match`, none whose payload contains that. */
export async function expectNotEnqueued(
  queue: IQueue | IQueues,
  job: JobDefinition | string,
  match?: unknown,
): Promise<void> {
  const jobs = await findJobs(queue, job);
  const found = jobs.filter(({ payload }) => match === undefined || contains(payload, match));
  if (found.length === 0) return;
  throw new AssertionError({
    message: `Expected no such job \`${nameOf(job)}\` to have been enqueued, found ${tellFound(found)}.`,
    actual: found.map(({ payload }) => payload),
    expected: [],
    operator: 'expectNotEnqueued',
  });
}

/** Tells how many jobs were found, and the payloads of the first ones. */
function tellFound(jobs: readonly Job[]): string {
  if (jobs.length === 0) return 'none at all';
  const shown = jobs.slice(0, MOST_SHOWN).map(({ payload }) => show(payload));
  const more = jobs.length > MOST_SHOWN ? `, and ${jobs.length - MOST_SHOWN} more` : '';
  return `${jobs.length}, with ${shown.join(', ')}${more}`;
}

/** Shows a payload on one line of an error. */
function show(payload: unknown): string {
  return inspect(payload, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
}

/** Names a job. One without a name would be any. */
function nameOf(job: JobDefinition | string): string {
  const name = typeof job === 'string' ? job : (job as JobDefinition | null | undefined)?.name;
  if (typeof name === 'string') return name;
  throw invalidArgument('job', 'a definition made by `defineJob`, or a name', job);
}

/** Lists the jobs of a definition, in every state, page by page. */
async function findJobs(queues: IQueue | IQueues, job: JobDefinition | string): Promise<Job[]> {
  const name = nameOf(job);
  const queue = 'queueOf' in queues ? queues.queueOf(job) : queues;
  const found: Job[] = [];
  let options: GetJobsOptions | undefined = {
    name,
    order: 'oldest',
    limit: 1_000,
  };
  while (options !== undefined) {
    const page = await queue.getJobs(options);
    found.push(...page.jobs);
    options = page.cursor === undefined ? undefined : { ...options, cursor: page.cursor };
  }
  return found;
}
