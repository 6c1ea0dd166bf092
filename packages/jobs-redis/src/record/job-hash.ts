import type {
  CancelRequest,
  JobProgress,
  JobRecord,
  JobStatus,
  SerializedError,
  SnoozeReason,
} from '@philjs/jobs-core';
import { decodeJobId } from '../keys/job-id.ts';
import type { StoredOptions } from './job-options.ts';
import { fromStoredPriority } from './priority.ts';
import { decodePayload, decodeResult, parseOr } from './stored-json.ts';

/** The fields of a job's hash: BullMQ's (`ats` attempts started, `atm` made, `stc` stalled) and ours, `pj:…`. */
export type JobHash = Readonly<Partial<Record<string, string>>>;

/** Our own fields of a job's hash. */
export const FIELD = {
  /** The error as core described it. */
  error: 'pj:error',
  /** The payload's version, if that was replaced. */
  version: 'pj:version',
  /** When it expires, if that was changed; empty for never. */
  expires: 'pj:expires',
  /** When it may start, unless that is when it was enqueued. */
  runAt: 'pj:runAt',
  /** Why it was last put back without using an attempt. */
  snooze: 'pj:snooze',
  /** That it is to be cancelled. */
  cancel: 'pj:cancel',
  /** How many of the attempts BullMQ counted were none. */
  unused: 'pj:unused',
} as const;

/** Makes a hash of the flat list of fields and values that `HGETALL` answers inside a script. */
export function toJobHash(flat: readonly unknown[]): JobHash {
  const hash: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) hash[flat[i] as string] = flat[i + 1] as string;
  return hash;
}

/** Reads a job, as BullMQ or we stored it, as core describes jobs. */
export function toJobRecord(
  storedId: string,
  status: JobStatus,
  hash: JobHash,
  options: StoredOptions = parseOptions(hash['opts']),
): JobRecord {
  const own = options.pj ?? {};
  const createdAt = numberOf(hash['timestamp']);
  return {
    id: decodeJobId(storedId),
    name: hash['name'] ?? '',
    status,
    payload: decodePayload(hash['data']),
    version: hash[FIELD.version] === undefined ? (own.v ?? 1) : numberOf(hash[FIELD.version]),
    priority: fromStoredPriority(numberOf(hash['priority'])),
    createdAt,
    runAt: runAtOf(hash, createdAt),
    maxAttempts: Math.max(1, options.attempts ?? 1),
    attemptsMade: numberOf(hash['atm'] ?? hash['attemptsMade']) - numberOf(hash[FIELD.unused]),
    fencingToken: numberOf(hash['ats']),
    stalledCount: numberOf(hash['stc']),
    metadata: own.m ?? {},
    ...progressOf(hash),
    ...timesOf(hash),
    ...outcomeOf(status, hash),
    ...requestsOf(status, hash),
    ...expiresAtOf(hash, own.x),
    ...(own.p !== undefined && { parentId: own.p }),
    ...(hash['deid'] !== undefined && { deduplicationKey: hash['deid'] }),
  };
}

/** Reads the options of a job; whatever they are, some come out. */
export function parseOptions(text: string | undefined): StoredOptions {
  const options = text === undefined ? {} : parseOr(text, {});
  return typeof options === 'object' && options !== null ? (options as StoredOptions) : {};
}

function runAtOf(hash: JobHash, createdAt: number): number {
  const runAt = hash[FIELD.runAt];
  return runAt === undefined ? createdAt + numberOf(hash['delay']) : numberOf(runAt);
}

function expiresAtOf(hash: JobHash, given: number | undefined): { expiresAt?: number } {
  const changed = hash[FIELD.expires];
  const expiresAt = changed === undefined ? given : changed === '' ? undefined : numberOf(changed);
  return expiresAt === undefined ? {} : { expiresAt };
}

function progressOf(hash: JobHash): { progress?: JobProgress } {
  const text = hash['progress'];
  if (text === undefined) return {};
  const progress = parseOr(text, text);
  if (typeof progress === 'number') return { progress };
  if (typeof progress === 'object' && progress !== null && !Array.isArray(progress)) {
    return { progress: progress as JobProgress };
  }
  return { progress: { value: progress } };
}

function timesOf(hash: JobHash): { processedAt?: number; finishedAt?: number } {
  return {
    ...(hash['processedOn'] !== undefined && { processedAt: numberOf(hash['processedOn']) }),
    ...(hash['finishedOn'] !== undefined && { finishedAt: numberOf(hash['finishedOn']) }),
  };
}

function outcomeOf(status: JobStatus, hash: JobHash): Partial<Pick<JobRecord, 'result' | 'error'>> {
  if (status !== 'completed') {
    const error = errorOf(hash);
    return error === undefined ? {} : { error };
  }
  const result = hash['returnvalue'] === undefined ? undefined : decodeResult(hash['returnvalue']);
  return result === undefined ? {} : { result };
}

/** Reads why a job last failed: in core's words, or in those of another BullMQ worker. */
export function errorOf(hash: JobHash): SerializedError | undefined {
  const reason = hash['failedReason'];
  const text = hash[FIELD.error];
  if (text) {
    const error = parseOr(text, undefined) as SerializedError | undefined;
    if (error !== undefined && (reason === undefined || reason === error.message)) return error;
  }
  if (reason === undefined) return undefined;
  const stacks = hash['stacktrace'] === undefined ? [] : parseOr(hash['stacktrace'], []);
  const stack = Array.isArray(stacks) ? stacks.at(-1) : undefined;
  return { name: 'Error', message: reason, ...(typeof stack === 'string' && { stack }) };
}

function requestsOf(
  status: JobStatus,
  hash: JobHash,
): { snoozeReason?: SnoozeReason; cancelRequested?: CancelRequest } {
  if (status === 'completed' || status === 'failed') return {};
  const snooze = hash[FIELD.snooze];
  const cancel = hash[FIELD.cancel];
  return {
    ...(snooze && { snoozeReason: snooze as SnoozeReason }),
    ...(cancel && {
      cancelRequested: parseOr(cancel, { force: false }) as unknown as CancelRequest,
    }),
  };
}

function numberOf(text: string | undefined): number {
  const value = text === undefined ? 0 : Number(text);
  return Number.isFinite(value) ? value : 0;
}
