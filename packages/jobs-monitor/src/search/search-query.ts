import { invalidArgument, JOB_STATUSES, type JobStatus } from '@philjs/jobs-core';
import { type SearchToken, tokenize } from './tokenize.ts';

/** How a number is compared with what was asked for. */
export type Comparison = '=' | '>' | '>=' | '<' | '<=';

/** One condition on a job that no index answers: the jobs are read and looked at. */
export type SearchTerm =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'group'; readonly key: string }
  | { readonly kind: 'payload'; readonly path: readonly string[]; readonly value: string }
  | { readonly kind: 'attempts'; readonly comparison: Comparison; readonly count: number }
  | { readonly kind: 'since'; readonly ageMs: number };

/** What a search asks for. */
export interface SearchQuery {
  /** The states to look in; all when none is named. */
  readonly statuses: readonly JobStatus[];
  /** The queues to look in; all when none is named. Who searches one queue decides about it. */
  readonly queues: readonly string[];
  /** The names of jobs; all when none is named. */
  readonly names: readonly string[];
  /** The ids to look up directly. */
  readonly ids: readonly string[];
  /** What else must hold, all of it. */
  readonly terms: readonly SearchTerm[];
}

const MAX_LENGTH = 1000;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a search such as `status:failed name:send-email payload.user.id:42 error:"timeout" attempts:>1
 * since:1h`. A word without a key is looked for in ids, names, payloads and errors; `group` finds the
 * jobs of a group of failures. Several values of `status`, `name` or `id` widen the search; everything
 * else narrows it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an unknown key or a value that cannot be
 */
export function parseSearch(text: string): SearchQuery {
  if (text.length > MAX_LENGTH) {
    throw invalidArgument('search', `at most ${MAX_LENGTH} characters`, text.length);
  }
  const statuses: JobStatus[] = [];
  const queues: string[] = [];
  const names: string[] = [];
  const ids: string[] = [];
  const terms: SearchTerm[] = [];
  for (const token of tokenize(text)) {
    if (token.key === 'status') statuses.push(readStatus(token.value));
    else if (token.key === 'queue') queues.push(token.value);
    else if (token.key === 'name') names.push(token.value);
    else if (token.key === 'id') ids.push(token.value);
    else terms.push(readTerm(token));
  }
  return { statuses, queues, names, ids, terms };
}

function readTerm({ key, value }: SearchToken): SearchTerm {
  if (key === undefined) return { kind: 'text', text: value.toLowerCase() };
  if (key === 'error') return { kind: 'error', text: value.toLowerCase() };
  if (key === 'group') return { kind: 'group', key: value };
  if (key === 'attempts') return readAttempts(value);
  if (key === 'since') return { kind: 'since', ageMs: readAge(value) };
  const [root, ...path] = key.split('.');
  if (root === 'payload') return { kind: 'payload', path, value };
  throw invalidArgument(
    'search',
    'words with the keys status, name, id, payload.…, error, group, attempts or since',
    `${key}:`,
    'Put text that holds a colon in quotes.',
  );
}

function readStatus(value: string): JobStatus {
  const status = JOB_STATUSES.find((known) => known === value);
  if (status !== undefined) return status;
  throw invalidArgument('status', `one of ${JOB_STATUSES.join(', ')}`, value);
}

function readAttempts(value: string): SearchTerm {
  const [, comparison = '=', digits] = /^(>=|<=|>|<|=)?(\d{1,6})$/.exec(value) ?? [];
  if (digits === undefined) throw invalidArgument('attempts', 'a number, as in `>1`', value);
  return { kind: 'attempts', comparison: comparison as Comparison, count: Number(digits) };
}

function readAge(value: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const factor = UNIT_MS[unit];
  if (digits !== undefined && factor !== undefined) return Number(digits) * factor;
  throw invalidArgument('since', 'an age, such as 30m, 1h or 7d', value);
}
