import type { NewJob } from '@philjs/jobs-core';
import { encodeJobId } from '../keys/job-id.ts';
import type { ScriptArgument } from '../script/run-script.ts';
import { encodeKeep, encodeOptions } from './job-options.ts';
import { toStoredPriority } from './priority.ts';
import { encodePayload } from './stored-json.ts';

/** Writes a job as the arguments of the script that adds it. */
export function jobArguments(job: NewJob): ScriptArgument[] {
  const { deduplication } = job;
  const createdAt = Math.round(job.createdAt);
  return [
    encodeJobId(job.id),
    job.name,
    encodePayload(job.payload),
    encodeOptions(job),
    createdAt,
    Math.max(0, Math.ceil(job.runAt) - createdAt),
    toStoredPriority(job.priority),
    deduplication?.key ?? '',
    deduplication?.mode ?? '',
    Math.ceil(deduplication?.ttlMs ?? 0),
    job.version,
    job.expiresAt ?? '',
    encodeKeep(job),
    keyArgument(job.concurrencyKey),
    keyArgument(job.rateKey),
    job.delayMs === undefined ? '0' : '1',
    Math.ceil(deduplication?.maxWaitMs ?? 0),
  ];
}

/** Writes a key for scripts, so that they can tell an empty key from none. */
export function keyArgument(key: string | undefined): string {
  return key === undefined ? '' : `=${key}`;
}
