import { invalidArgument } from '../check/argument.ts';
import { JOB_STATUSES, type JobStatus } from '../contract/job-status.ts';
import { checkId } from '../job/check-name.ts';
import { checkTag } from '../job/check-tags.ts';
import { SEARCH_KEYS, type SearchKey } from './search-keys.ts';
import { errorText, includesText, type SearchedJob, textAt } from './searched-text.ts';
import type { SearchToken } from './tokenize.ts';

/** Is what a search reads besides the job. */
export interface SearchContext {
  /** The time to which ages refer, in epoch milliseconds. */
  readonly now: number;
  /** Returns the group that the failure of a job belongs to. @default no job belongs to any */
  readonly groupOf?: ((job: SearchedJob) => string) | undefined;
}

type Holds = (job: SearchedJob, context: SearchContext) => boolean;

/** Describes a condition that no index answers, so that each job must be read. */
export interface SearchTerm {
  /** The key it is written with; `payload` or `metadata` for a field of them. */
  readonly kind: SearchKey | 'payload' | 'metadata' | 'text' | 'not' | 'any';
  /** The text it compares with, as it is written. */
  readonly value: string;
  /** The path of the field within the payload or the metadata. */
  readonly path?: readonly string[];
  /** The condition it negates, or those of which one must hold. */
  readonly terms?: readonly SearchTerm[];
  /** Returns whether a job fulfils it. */
  readonly holds: Holds;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** A date in UTC, or a time with its zone. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Reads the value behind each key. */
const READ: { readonly [key in SearchKey]: (value: string, key: string) => Holds } = {
  queue: (value) => {
    throw invalid('`queue:` neither after NOT nor beside OR', value);
  },
  status: (value) => is('status', readStatus(value)),
  name: (value) => is('name', value),
  tag: (value) => {
    const tag = readTag(value);
    return ({ tags }) => tags?.includes(tag) ?? false;
  },
  id: (value) => is('id', readId(value)),
  error: (value) => {
    const text = value.toLowerCase();
    return (job) => errorText(job).includes(text);
  },
  code: (value) => (job) => job.error?.code === value,
  group:
    (value) =>
    (job, { groupOf }) =>
      job.status === 'failed' && groupOf?.(job) === value,
  attempts: (value, key) => compares('attemptsMade', key, value),
  priority: (value, key) => compares('priority', key, value),
  since: (value, key) => not(isBefore(reachedAt, readAge(key, value))),
  older: (value, key) => isBefore(reachedAt, readAge(key, value)),
  // The name of a machine without a process is that of all its processes.
  worker: (value) => (job) =>
    [job, ...(job.failures ?? [])].some(
      ({ worker = '' }) => worker === value || worker.startsWith(`${value}:`),
    ),
  createdAfter: (value, key) => isAfter(createdAt, readTime(key, value)),
  createdBefore: (value, key) => isBefore(createdAt, readTime(key, value)),
  failedAfter: (value, key) => isAfter(failedAt, readTime(key, value)),
  failedBefore: (value, key) => isBefore(failedAt, readTime(key, value)),
};

/**
 * Reads a condition.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an unknown key or an invalid value
 */
export function readTerm({ key, value }: SearchToken): SearchTerm {
  if (key === undefined) {
    const text = value.toLowerCase();
    return { kind: 'text', value, holds: (job) => includesText(job, text) };
  }
  const kind = SEARCH_KEYS.find((known) => known === key);
  if (kind !== undefined) return { kind, value, holds: READ[kind](value, key) };
  const [root, ...path] = key.split('.');
  if (root === 'payload' || root === 'metadata') {
    return { kind: root, path, value, holds: (job) => textAt(job[root], path) === value };
  }
  throw invalid(
    `words with the keys ${SEARCH_KEYS.join(', ')}, payload.… or metadata.…`,
    `${key}:`,
    'Put text that holds a colon in quotes.',
  );
}

function is(field: 'status' | 'name' | 'id', value: string): Holds {
  return (job) => job[field] === value;
}

/** Negates a condition. */
export function not(holds: Holds): Holds {
  return (job, context) => !holds(job, context);
}

/** Is a time of a job, or one that a search names, in epoch milliseconds. */
type TimeOf<T> = (of: T) => number;

function isBefore(timeOf: TimeOf<SearchedJob>, limit: TimeOf<number>): Holds {
  return (job, { now }) => timeOf(job) < limit(now);
}

function isAfter(timeOf: TimeOf<SearchedJob>, limit: TimeOf<number>): Holds {
  return (job, { now }) => timeOf(job) > limit(now);
}

function createdAt(job: SearchedJob): number {
  return job.createdAt.getTime();
}

/** Returns when a job reached its state. */
function reachedAt({ finishedAt, processedAt, createdAt }: SearchedJob): number {
  return (finishedAt ?? processedAt ?? createdAt).getTime();
}

/** Returns when a job failed; no time is after or before that of one that has not. */
function failedAt({ status, finishedAt }: SearchedJob): number {
  return status === 'failed' && finishedAt !== undefined ? finishedAt.getTime() : Number.NaN;
}

/** Reads a tag. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function readTag(value: string): string {
  try {
    return checkTag('search', value);
  } catch {
    throw invalid('a tag of 1 to 100 visible characters after `tag:`', value);
  }
}

/** Reads an id. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function readId(value: string): string {
  try {
    return checkId('search', value);
  } catch {
    throw invalid('the id of a job after `id:`', value);
  }
}

/** Reads a state. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function readStatus(value: string): JobStatus {
  const status = JOB_STATUSES.find((known) => known === value);
  if (status !== undefined) return status;
  throw invalid(`one of ${JOB_STATUSES.join(', ')} after \`status:\``, value);
}

/** Reads a comparison with a number. */
function compares(field: 'attemptsMade' | 'priority', key: string, value: string): Holds {
  const [, sign = '=', digits] = /^(>=|<=|>|<|=)?(-?\d{1,7})$/.exec(value) ?? [];
  if (digits === undefined) throw invalid(`a number after \`${key}:\`, as in \`>1\``, value);
  const count = Number(digits);
  return ({ [field]: own }) =>
    (sign.includes('=') && own === count) ||
    (sign.startsWith('>') && own > count) ||
    (sign.startsWith('<') && own < count);
}

function readAge(key: string, value: string): TimeOf<number> {
  const age = ageOf(value);
  if (age !== undefined) return age;
  throw invalid(`an age after \`${key}:\`, such as 30m, 1h or 7d`, value);
}

/** Reads a fixed time, or an age at the time of the search. */
function readTime(key: string, value: string): TimeOf<number> {
  const age = ageOf(value);
  if (age !== undefined) return age;
  const [, day] = ISO.exec(value) ?? [];
  const at = Date.parse(value);
  if (day !== undefined && isDay(day) && !Number.isNaN(at)) return () => at;
  const example = '2026-01-31, 2026-01-31T08:00Z or, for an age, 7d';
  throw invalid(`a time after \`${key}:\`, such as ${example}`, value);
}

/** Returns whether a month has a day, since `Date.parse` takes 30 February for a day in March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

/** Returns the time that an age leads back to. */
function ageOf(value: string): TimeOf<number> | undefined {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const factor = UNIT_MS[unit];
  if (digits === undefined || factor === undefined) return undefined;
  return (now) => now - Number(digits) * factor;
}

/** Makes the error of a mistake in a search, whose text is one field. */
function invalid(expected: string, received: string, advice?: string): Error {
  return invalidArgument('search', `text with ${expected}`, received, advice);
}
