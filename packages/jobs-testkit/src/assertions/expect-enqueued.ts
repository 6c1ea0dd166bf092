import type { IQueue, Job, JobDefinition } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { findJobs } from './find-jobs.ts';

/**
 * Expects that a job was enqueued, in whatever state it is now; with `match`, one whose payload
 * contains that. Returns the first of them.
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
  const payloads = jobs.map(({ payload }) => payload);
  const wanted = match === undefined ? 'any payload' : match;
  expect(payloads, `the payloads of jobs \`${nameOf(job)}\` that were enqueued`).toContainEqual(
    wanted,
  );
  return expect.unreachable('one of them is what was wanted');
}

/** Expects that no job was enqueued; with `match`, none whose payload contains that. */
export async function expectNotEnqueued(
  queue: IQueue,
  job: JobDefinition | string,
  match?: unknown,
): Promise<void> {
  const jobs = await findJobs(queue, job);
  const found = jobs.filter(({ payload }) => match === undefined || contains(payload, match));
  const payloads = found.map(({ payload }) => payload);
  expect(payloads, `jobs \`${nameOf(job)}\` that were enqueued`).toEqual([]);
}

function contains(payload: unknown, match: unknown): boolean {
  try {
    if (typeof match === 'object' && match !== null && typeof payload === 'object') {
      expect(payload).toMatchObject(match);
    } else {
      expect(payload).toEqual(match);
    }
    return true;
  } catch {
    return false;
  }
}

function nameOf(job: JobDefinition | string): string {
  return typeof job === 'string' ? job : job.name;
}
