import type { Job, JobFailure } from '../queue/job.ts';
import type { SearchQuery } from './search-query.ts';
import type { Comparison, SearchTerm, SearchTime } from './search-term.ts';
import { placesIn } from './tokenize.ts';

/** Is what a search reads of a job; a `Job` is one. */
export type SearchedJob = Pick<
  Job,
  | 'id'
  | 'name'
  | 'status'
  | 'payload'
  | 'metadata'
  | 'priority'
  | 'attemptsMade'
  | 'createdAt'
  | 'processedAt'
  | 'finishedAt'
  | 'tags'
  | 'worker'
  | 'error'
> & {
  readonly failures?: readonly Pick<JobFailure, 'worker'>[];
};

/** Is what a search reads besides the job. */
export interface SearchContext {
  /** The time to which ages refer, in epoch milliseconds. */
  readonly now: number;
  /** Returns the group that the failure of a job belongs to. @default no job belongs to any */
  readonly groupOf?: ((job: SearchedJob) => string) | undefined;
}

/** Returns whether a job matches a search, whose queues are not compared. */
export function matchesSearch(
  job: SearchedJob,
  query: SearchQuery,
  context: SearchContext,
): boolean {
  const { statuses, names, tags, ids, terms } = query;
  return (
    (statuses.length === 0 || statuses.includes(job.status)) &&
    (names.length === 0 || names.includes(job.name)) &&
    tags.every((tag) => job.tags?.includes(tag)) &&
    (ids.length === 0 || ids.includes(job.id)) &&
    terms.every((term) => holds(term, job, context))
  );
}

function holds(term: SearchTerm, job: SearchedJob, context: SearchContext): boolean {
  const { now, groupOf } = context;
  switch (term.kind) {
    case 'text':
      return includesText(job, term.text);
    case 'error':
      return errorText(job).includes(term.text);
    case 'group':
      return job.status === 'failed' && groupOf?.(job) === term.key;
    case 'payload':
      return asText(valueAt(job.payload, term.path)) === term.value;
    case 'attempts':
      return compares(job.attemptsMade, term.comparison, term.count);
    case 'since':
      return reachedAt(job) >= now - term.ageMs;
    case 'older':
      return reachedAt(job) < now - term.ageMs;
    case 'createdAfter':
      return job.createdAt.getTime() > timeOf(term.time, now);
    case 'createdBefore':
      return job.createdAt.getTime() < timeOf(term.time, now);
    case 'failedAfter':
      return failedAt(job) > timeOf(term.time, now);
    case 'failedBefore':
      return failedAt(job) < timeOf(term.time, now);
    case 'worker':
      return [job, ...(job.failures ?? [])].some(({ worker = '' }) => isOf(worker, term.worker));
    case 'code':
      return job.error?.code === term.code;
    case 'metadata':
      return asText(valueAt(job.metadata, term.path)) === term.value;
    case 'priority':
      return compares(job.priority, term.comparison, term.count);
    case 'status':
      return job.status === term.status;
    case 'name':
      return job.name === term.name;
    case 'tag':
      return job.tags?.includes(term.tag) ?? false;
    case 'id':
      return job.id === term.id;
    case 'not':
      return !holds(term.term, job, context);
    case 'any':
      return term.terms.some((one) => holds(one, job, context));
  }
}

/** Returns whether a worker matches; a machine name without a process matches all its processes. */
function isOf(worker: string, wanted: string): boolean {
  return worker === wanted || worker.startsWith(`${wanted}:`);
}

/** Returns when a job reached its state. */
function reachedAt({ finishedAt, processedAt, createdAt }: SearchedJob): number {
  return (finishedAt ?? processedAt ?? createdAt).getTime();
}

/** Returns when a job failed; no time is after or before that of one that has not. */
function failedAt({ status, finishedAt }: SearchedJob): number {
  return status === 'failed' && finishedAt !== undefined ? finishedAt.getTime() : Number.NaN;
}

function timeOf(time: SearchTime, now: number): number {
  return 'at' in time ? time.at : now - time.ageMs;
}

/** Returns whether a job holds a text as it is read; in the payload, also as JSON writes it. */
function includesText(job: SearchedJob, text: string): boolean {
  const payload = jsonOf(job.payload) ?? '';
  const all = `${job.id} ${job.name} ${payload} ${errorText(job)}`.toLowerCase();
  if (all.includes(text)) return true;
  const written = JSON.stringify(text).slice(1, -1);
  return written !== text && payload.toLowerCase().includes(written);
}

function errorText({ error }: SearchedJob): string {
  return error === undefined
    ? ''
    : `${error.name}: ${error.message} ${error.code ?? ''}`.toLowerCase();
}

/** Reads a value of a payload through own properties only; a number in the path is an index, also in brackets. */
function valueAt(payload: unknown, path: readonly string[]): unknown {
  let current = plainOf(payload);
  for (const step of path) {
    const steps = has(current, step) ? [step] : placesIn(step);
    for (const key of steps) {
      if (!has(current, key)) return undefined;
      current = plainOf(current[key]);
    }
  }
  return current;
}

/** Returns the object that has the entries of a map, or the list of a set, as pages show them; a codec may make both. */
function plainOf(value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return value instanceof Set ? [...value] : value;
}

function has(value: unknown, key: string): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** Returns the text that a search compares with a value. What JSON writes as a text, such as a date, is that text. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const json = jsonOf(value);
  return json?.startsWith('"') ? (JSON.parse(json) as string) : json;
}

/** Writes a value as JSON, whole numbers of any size as their digits. What a codec makes may have none. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, inner) =>
      typeof inner === 'bigint' ? String(inner) : plainOf(inner),
    );
  } catch {
    return undefined;
  }
}

function compares(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case '=':
      return left === right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
  }
}
