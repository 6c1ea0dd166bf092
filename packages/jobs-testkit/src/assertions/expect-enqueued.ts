import { AssertionError } from 'node:assert';
import type { IQueue, Job, JobDefinition } from '@philjs/jobs-core';
import { contains } from './contains.ts';
import { findJobs } from './find-jobs.ts';

/**
 * Expects that a job was enqueued, whatever its state is now; with `match`, a job whose payload contains that.
 * Returns the first such job.
 *
 * @example
 * const job = await expectEnqueued(queue, sendEmail, { to: 'ada@example.com' });
 * expect(job.priority).toBe(5);
 */
export async function expectEnqueued<TInput, TResult, TOutput>(
  queue: IQueue,
  job: JobDefinition<string, TInput, TResult, TOutput>,
  match?: unknown,
): Promise<Job<TInput, TResult>>;
export async function expectEnqueued(queue: IQueue, job: string, match?: unknown): Promise<Job>;
export async function expectEnqueued(
  queue: IQueue,
  job: JobDefinition | string,
  match?: unknown,
): Promise<Job> {
  const jobs = await findJobs(queue, job);
  const found = jobs.find(({ payload }) => match === undefined || contains(payload, match));
  if (found !== undefined) return found;
  throw new AssertionError({
    message: `Expected a job \`${nameOf(job)}\` with ${match === undefined ? 'any payload' : 'that payload'} to have been enqueued, found ${jobs.length} with others.`,
    actual: jobs.map(({ payload }) => payload),
    expected: [match],
    operator: 'expectEnqueued',
  });
}

/** Expects that no job was enqueued; with `match`, none whose payload contains that. */
export async function expectNotEnqueued(
  queue: IQueue,
  job: JobDefinition | string,
  match?: unknown,
): Promise<void> {
  const jobs = await findJobs(queue, job);
  const found = jobs.filter(({ payload }) => match === undefined || contains(payload, match));
  if (found.length === 0) return;
  throw new AssertionError({
    message: `Expected no such job \`${nameOf(job)}\` to have been enqueued, found ${found.length}.`,
    actual: found.map(({ payload }) => payload),
    expected: [],
    operator: 'expectNotEnqueued',
  });
}

function nameOf(job: JobDefinition | string): string {
  return typeof job === 'string' ? job : job.name;
}
