import type { NewJob } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import { encodeJobId } from '../keys/job-id.ts';
import {
  JOB_ARGUMENTS,
  type JobArgument,
  PLAIN_JOB_ARGUMENTS,
  type PlainJobArgument,
} from '../script/add-jobs-script.ts';
import type { NamedArguments, ScriptArgument } from '../script/script.ts';
import { encodeKeep, encodeOptions } from './job-options.ts';
import { encodeOrder } from './order-text.ts';
import { toStoredPriority } from './priority.ts';
import { encodePayload } from './stored-json.ts';

/** Writes what every job has, by the names of the arguments. */
export function plainFields(job: NewJob): NamedArguments<PlainJobArgument> {
  const createdAt = Math.round(job.createdAt);
  return {
    id: encodeJobId(job.id),
    name: job.name,
    data: encodePayload(job.payload),
    options: encodeOptions(job),
    createdAt,
    delay: Math.max(0, Math.ceil(job.runAt) - createdAt),
    priority: toStoredPriority(job.priority),
    keep: encodeKeep(job),
    byClock: job.delayMs === undefined ? '0' : '1',
  };
}

/** Writes a job as the arguments of the script that adds it. */
export function jobArguments(job: NewJob): ScriptArgument[] {
  const { deduplication } = job;
  const args: NamedArguments<JobArgument> = {
    ...plainFields(job),
    key: deduplication === undefined ? '' : toText(deduplication.key),
    mode: deduplication?.mode ?? '',
    ttl: Math.ceil(deduplication?.ttlMs ?? 0),
    version: job.version,
    expires: job.expiresAt ?? '',
    ck: keyArgument(job.concurrencyKey),
    rk: keyArgument(job.rateKey),
    maxWait: Math.ceil(deduplication?.maxWaitMs ?? 0),
    order: encodeOrder(job.order),
    steps: job.steps ? JSON.stringify(job.steps.map(({ key, text }) => [key, text])) : '',
  };
  return JOB_ARGUMENTS.map((name) => args[name]);
}

/** Returns whether a job has no keys, nothing that orders sort it by, and nothing that steps left. */
export function isPlainJob(job: NewJob): boolean {
  const { deduplication, concurrencyKey, rateKey, order, steps } = job;
  return (deduplication ?? concurrencyKey ?? rateKey ?? order ?? steps) === undefined;
}

/** Returns whether a job may start at once. */
export function isReady({ runAt, createdAt }: NewJob): boolean {
  return runAt <= createdAt;
}

/** Writes such a job as the arguments of the shorter script. */
export function plainJobArguments(job: NewJob): ScriptArgument[] {
  const args = plainFields(job);
  return PLAIN_JOB_ARGUMENTS.map((name) => args[name]);
}

/** Writes a key for scripts, so that they can tell an empty key from none. */
export function keyArgument(key: string | undefined): string {
  return key === undefined ? '' : `=${toText(key)}`;
}
