import type { Job } from '@philjs/jobs-core';
import { deserializeError, serializeError } from '@philjs/jobs-core/backend';
import { jobOfSchedule, type Redactor } from '@philjs/jobs-core/redact';
import { errorAnswer } from '../http/http-error.ts';

/** Names the job that is to be stored, as far as a redactor needs it. */
type StoredJob = Pick<Job, 'name' | 'payload'>;

/**
 * Stores a job. Masks what an error quotes of its payload where the error goes to the log: a schema, or a middleware,
 * throws what it likes.
 */
export async function hidingPayload<T>(
  redactor: Redactor,
  { name, payload }: StoredJob,
  store: () => T | Promise<T>,
): Promise<T> {
  try {
    return await store();
  } catch (error) {
    throw hidingIn(error, redactor, jobOfSchedule({ id: '', jobName: name, payload }));
  }
}

/** Masks in an error that goes to the log, with its stack and its causes, what it quotes of a job. */
export function hidingIn(error: unknown, redactor: Redactor, job: Job): unknown {
  if (errorAnswer(error).status !== 500) return error;
  const masked = redactor.whole({ ...job, error: serializeError(error) }).error;
  return masked === undefined ? error : deserializeError(masked);
}
