import { type IQueue, JobsError, type JsonObject } from '@philjs/jobs-core';
import type { AddResult, JobRecord, NewJob } from '@philjs/jobs-core/backend';

/** The metadata of a job by which the server knows the token that enqueued it. */
export const OWNER = 'philjs.owner';

/** Marks jobs as those of a token, whatever their metadata says. */
export function owned(jobs: readonly NewJob[], token: string): NewJob[] {
  return jobs.map((job) => ({ ...job, metadata: { ...job.metadata, [OWNER]: token } }));
}

/** Returns whether a token enqueued a job. */
export function isOwned({ metadata }: { readonly metadata: JsonObject }, token: string): boolean {
  return metadata[OWNER] === token;
}

/**
 * Reads the results of jobs that a token enqueued. A job that another token enqueued is no duplicate for this one: it may
 * know neither its content nor that it ran.
 *
 * @throws JobsError `JOBS_CONFLICT` naming the id
 */
export async function ownResults(
  { backend }: IQueue,
  results: readonly AddResult[],
  token: string,
): Promise<readonly AddResult[]> {
  for (const [index, { id, outcome, existing }] of results.entries()) {
    if (outcome === 'added') continue;
    const record: JobRecord | undefined = existing ?? (await backend.get({ id }));
    if (record === undefined || isOwned(record, token)) continue;
    throw takenError(index);
  }
  return results;
}

/** Makes the error for a job whose id or key another token's job has: it says nothing of that one. */
export function takenError(index: number): JobsError {
  const message = `The id or the deduplication key of \`jobs[${index}]\` is that of another client's job. Use one of your own.`;
  return new JobsError('JOBS_CONFLICT', message, { details: { index } });
}
