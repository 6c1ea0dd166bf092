import { createHash, randomBytes } from 'node:crypto';
import { type IQueue, type Job, JobsError, type JsonValue } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { RESERVED_METADATA } from '@philjs/jobs-core/internal';
import type { JobRequest, JobRequestOptions } from '../protocol/job-request.ts';

/** How long an idempotency key is kept, in milliseconds. */
const KEPT_MS = 86_400_000;

/**
 * Gives a job the options by which a store keeps an idempotency key: a deduplication key of its token with a day to live,
 * which stays also when the job is gone; and an id that begins with a hash of the request, so that the id of the holder says
 * whether it came by the same one.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a job that has an id or a key of its own
 */
export function idempotent(
  queue: IQueue,
  request: JobRequest,
  token: string,
  key: string,
): { readonly options: JobRequestOptions } {
  const { name, options = {} } = request;
  if (key === '' || key.length > 256) {
    throw invalidArgument('Idempotency-Key', 'a header of 1 to 256 characters', key);
  }
  const hasKey = options.deduplicate ?? queue.getDefinition(name)?.deduplicate;
  if (options.jobId !== undefined || hasKey) {
    const message =
      'A job can hold one key: with the header `Idempotency-Key` it has neither `jobId` nor `deduplicate`, nor a definition with `deduplicate`. Leave the header out, or those.';
    throw new JobsError('JOBS_INVALID_ARGUMENT', message, {
      details: { field: 'Idempotency-Key' },
    });
  }
  const jobId = `${requestHash(request)}-${randomBytes(8).toString('hex')}`;
  const held = `${RESERVED_METADATA}idempotency:${hash(JSON.stringify([token, key]))}`;
  return {
    options: { ...options, jobId, deduplicate: { key: held, ttl: KEPT_MS, scope: 'queue' } },
  };
}

/** Refuses the job that holds an idempotency key if another request made it. @throws JobsError `JOBS_CONFLICT` */
export function refuseOtherRequest({ id }: Pick<Job, 'id'>, request: JobRequest): void {
  if (id.startsWith(`${requestHash(request)}-`)) return;
  const message =
    'The `Idempotency-Key` was used within a day for another job: another name, payload or options. Use a new key for each job.';
  throw new JobsError('JOBS_CONFLICT', message, { details: { field: 'Idempotency-Key' } });
}

function requestHash({ name, payload, options = {} }: JobRequest): string {
  return hash(JSON.stringify([name, sorted(payload), sorted(options as JsonValue)]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Sorts the fields of objects, whose order means nothing. */
function sorted(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => sorted(item) as JsonValue);
  const fields = Object.entries(value).map(([name, of]) => [name, sorted(of)] as const);
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1))) as JsonValue;
}
