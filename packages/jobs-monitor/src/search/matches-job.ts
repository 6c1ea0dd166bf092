import type { Job } from '@philjs/jobs-core';
import { groupKey } from '../failures/failure-group.ts';
import type { Comparison, SearchQuery, SearchTerm } from './search-query.ts';

/** Returns whether a job matches a search, including its state and name. */
export function matchesJob(job: Job, query: SearchQuery, now: number): boolean {
  const { statuses, names, tags, ids, terms } = query;
  return (
    (statuses.length === 0 || statuses.includes(job.status)) &&
    (names.length === 0 || names.includes(job.name)) &&
    tags.every((tag) => job.tags?.includes(tag)) &&
    (ids.length === 0 || ids.includes(job.id)) &&
    terms.every((term) => holds(term, job, now))
  );
}

function holds(term: SearchTerm, job: Job, now: number): boolean {
  switch (term.kind) {
    case 'text':
      return textOf(job).includes(term.text);
    case 'error':
      return errorText(job).includes(term.text);
    case 'group':
      return job.status === 'failed' && groupKey(job) === term.key;
    case 'payload':
      return asText(valueAt(job.payload, term.path)) === term.value;
    case 'attempts':
      return compares(job.attemptsMade, term.comparison, term.count);
    case 'since':
      return reachedAt(job) >= now - term.ageMs;
    case 'older':
      return reachedAt(job) < now - term.ageMs;
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
      return !holds(term.term, job, now);
    case 'any':
      return term.terms.some((one) => holds(one, job, now));
  }
}

/** Returns whether a worker matches; a machine name without a process matches all its processes. */
function isOf(worker: string, wanted: string): boolean {
  return worker === wanted || worker.startsWith(`${wanted}:`);
}

/** Returns when a job reached its state. */
function reachedAt({ finishedAt, processedAt, createdAt }: Job): number {
  return (finishedAt ?? processedAt ?? createdAt).getTime();
}

function textOf(job: Job): string {
  const payload = jsonOf(job.payload) ?? '';
  return `${job.id} ${job.name} ${payload} ${errorText(job)}`.toLowerCase();
}

function errorText({ error }: Job): string {
  return error === undefined
    ? ''
    : `${error.name}: ${error.message} ${error.code ?? ''}`.toLowerCase();
}

/** Reads a value of a payload through own properties only; a number in the path is an index. */
function valueAt(payload: unknown, path: readonly string[]): unknown {
  let current = payload;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key))
      return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : jsonOf(value);
}

/** Writes a value as JSON, whole numbers of any size as their digits. */
function jsonOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
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
