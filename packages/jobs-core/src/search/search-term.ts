import { invalidArgument } from '../check/argument.ts';
import { JOB_STATUSES, type JobStatus } from '../contract/job-status.ts';
import { checkId } from '../job/check-name.ts';
import { checkTag } from '../job/check-tags.ts';
import { SEARCH_KEYS } from './search-keys.ts';
import type { SearchToken } from './tokenize.ts';

/** Names a comparison of numbers. */
export type Comparison = '=' | '>' | '>=' | '<' | '<=';

/** Is a time in a search: a fixed one, or an age at the time of the search; in epoch milliseconds and in milliseconds. */
export type SearchTime = { readonly at: number } | { readonly ageMs: number };

/** The keys that compare a time of a job; they are named as the fields of a query. */
const TIME_KEYS = ['createdAfter', 'createdBefore', 'failedAfter', 'failedBefore'] as const;

/** Describes a condition that no index answers, so that each job must be read. */
export type SearchTerm =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'group'; readonly key: string }
  | { readonly kind: 'payload'; readonly path: readonly string[]; readonly value: string }
  | { readonly kind: 'attempts'; readonly comparison: Comparison; readonly count: number }
  | { readonly kind: 'since'; readonly ageMs: number }
  | { readonly kind: 'older'; readonly ageMs: number }
  | { readonly kind: (typeof TIME_KEYS)[number]; readonly time: SearchTime }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'worker'; readonly worker: string }
  | { readonly kind: 'metadata'; readonly path: readonly string[]; readonly value: string }
  | { readonly kind: 'priority'; readonly comparison: Comparison; readonly count: number }
  | { readonly kind: 'status'; readonly status: JobStatus }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'not'; readonly term: SearchTerm }
  | { readonly kind: 'any'; readonly terms: readonly SearchTerm[] };

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
/** A date in UTC, or a time with its zone. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads a condition where an index could answer it, but may not: it is negated, or one of several.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function readAnyTerm(token: SearchToken): SearchTerm {
  const { key, value } = token;
  if (key === 'status') return { kind: 'status', status: readStatus(value) };
  if (key === 'name') return { kind: 'name', name: value };
  if (key === 'tag') return { kind: 'tag', tag: readTag(value) };
  if (key === 'id') return { kind: 'id', id: readId(value) };
  if (key === 'queue') throw invalid('`queue:` neither after NOT nor beside OR', value);
  return readTerm(token);
}

/**
 * Reads a condition that no index answers.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an unknown key or an invalid value
 */
export function readTerm({ key, value }: SearchToken): SearchTerm {
  const time = TIME_KEYS.find((known) => known === key);
  if (time !== undefined) return { kind: time, time: readTime(time, value) };
  if (key === undefined) return { kind: 'text', text: value.toLowerCase() };
  if (key === 'error') return { kind: 'error', text: value.toLowerCase() };
  if (key === 'group') return { kind: 'group', key: value };
  if (key === 'worker') return { kind: 'worker', worker: value };
  if (key === 'code') return { kind: 'code', code: value };
  if (key === 'attempts') return { kind: 'attempts', ...readCount(key, value) };
  if (key === 'priority') return { kind: 'priority', ...readCount(key, value) };
  if (key === 'since') return { kind: 'since', ageMs: readAge(key, value) };
  if (key === 'older') return { kind: 'older', ageMs: readAge(key, value) };
  const [root, ...path] = key.split('.');
  if (root === 'payload') return { kind: 'payload', path, value };
  if (root === 'metadata') return { kind: 'metadata', path, value };
  throw invalid(
    `words with the keys ${SEARCH_KEYS.join(', ')}, payload.… or metadata.…`,
    `${key}:`,
    'Put text that holds a colon in quotes.',
  );
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

function readCount(
  key: string,
  value: string,
): { readonly comparison: Comparison; readonly count: number } {
  const [, comparison = '=', digits] = /^(>=|<=|>|<|=)?(-?\d{1,7})$/.exec(value) ?? [];
  if (digits === undefined) throw invalid(`a number after \`${key}:\`, as in \`>1\``, value);
  // The pattern allows nothing else.
  return { comparison: comparison as Comparison, count: Number(digits) };
}

function readAge(key: string, value: string): number {
  const ageMs = ageOf(value);
  if (ageMs !== undefined) return ageMs;
  throw invalid(`an age after \`${key}:\`, such as 30m, 1h or 7d`, value);
}

function readTime(key: string, value: string): SearchTime {
  const ageMs = ageOf(value);
  if (ageMs !== undefined) return { ageMs };
  const [, day] = ISO.exec(value) ?? [];
  const at = Date.parse(value);
  if (day !== undefined && isDay(day) && !Number.isNaN(at)) return { at };
  const example = '2026-01-31, 2026-01-31T08:00Z or, for an age, 7d';
  throw invalid(`a time after \`${key}:\`, such as ${example}`, value);
}

/** Returns whether a month has a day, since `Date.parse` takes 30 February for a day in March. */
function isDay(day: string): boolean {
  const at = Date.parse(day);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}

function ageOf(value: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const factor = UNIT_MS[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Makes the error of a mistake in a search, whose text is one field. */
function invalid(expected: string, received: string, advice?: string): Error {
  return invalidArgument('search', `text with ${expected}`, received, advice);
}
