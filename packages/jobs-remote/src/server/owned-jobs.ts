import { type IQueue, JobsError, type JsonObject } from '@philjs/jobs-core';
import type { AddResult, JobRecord, NewJob } from '@philjs/jobs-core/backend';
import { RESERVED_METADATA } from '@philjs/jobs-core/internal';

/**
 * The metadata of a job by which the server knows the token that enqueued it. Stores keep it like all metadata; `updateJob`,
 * `rerunJob` and `copy` leave it.
 */
export const OWNER: string = `${RESERVED_METADATA}owner`;

/** Marks jobs as those of a token, whatever their metadata says. */
export function owned(jobs: readonly NewJob[], token: string): NewJob[] {
  return jobs.map((job, index) => {
    const { deduplication, parentId, steps } = job;
    if (parentId !== undefined) throw forbidden(index, 'cannot be the child of another job');
    if (steps !== undefined) throw forbidden(index, 'cannot bring results of steps');
    // As it is stored: behind the length and the name, or queue-wide.
    if (deduplication?.key.includes(`:${RESERVED_METADATA}`)) {
      throw forbidden(index, `cannot have a key that begins with \`${RESERVED_METADATA}\``);
    }
    const made = { ...job, metadata: { ...job.metadata, [OWNER]: token } };
    if (deduplication === undefined || deduplication.mode === 'drop') return made;
    const key = ownKey(deduplication.key, token);
    return { ...made, deduplication: { ...deduplication, key } };
  });
}

/**
 * Makes the key of a job that may take over the one that holds its key: one that only jobs of its token have. Else it could
 * take over another token's job, and the store would compare names alone.
 */
export function ownKey(key: string, token: string): string {
  return `${key} of token ${token}`;
}

/** Returns whether a token enqueued a job. */
export function isOwned({ metadata }: { readonly metadata: JsonObject }, token: string): boolean {
  return metadata[OWNER] === token;
}

/**
 * Checks that jobs wait for no other jobs than those of the same call, and those that the token enqueued.
 *
 * @throws JobsError `JOBS_FORBIDDEN` naming the index; it does not say whether such a job is stored
 */
export async function checkDependencies(
  { name: queueName, backend }: IQueue,
  jobs: readonly Pick<NewJob, 'id' | 'dependsOn'>[],
  token: string,
): Promise<void> {
  const known = new Set(jobs.map(({ id }) => id));
  for (const [index, { dependsOn = [] }] of jobs.entries()) {
    for (const { queueName: of, id } of dependsOn) {
      if (of === queueName && known.has(id)) continue;
      const record = of === queueName ? await backend.get({ id }) : undefined;
      if (record === undefined || !isOwned(record, token)) {
        throw forbidden(index, 'can only wait for jobs of its queue that this token enqueued');
      }
      known.add(id);
    }
  }
}

/**
 * Reads the results of jobs that a token enqueued. A job that another token enqueued is no duplicate for this one: it may
 * know neither its content nor that it ran.
 *
 * @throws JobsError `JOBS_CONFLICT` naming the index
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

/** Hides, in the error of a call that enqueues, the name of another token's job that has an id. */
export function withoutContent(error: unknown): unknown {
  const { code, details } = (error ?? {}) as Partial<JobsError>;
  const isTaken = code === 'JOBS_CONFLICT' && details?.['takenBy'] !== undefined;
  return isTaken ? takenError(Number(details['index'] ?? 0)) : error;
}

function forbidden(index: number, what: string): JobsError {
  const message = `\`jobs[${index}]\` ${what}: its token has the role \`produce\` alone.`;
  return new JobsError('JOBS_FORBIDDEN', message, { details: { index } });
}
