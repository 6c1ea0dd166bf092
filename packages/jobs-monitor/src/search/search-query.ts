import { invalidArgument, type JobStatus } from '@philjs/jobs-core';
import { JOB_STATUSES } from '@philjs/jobs-core/backend';
import { SEARCH_KEYS } from './search-keys.ts';
import { type SearchToken, tokenize } from './tokenize.ts';

/** Names a comparison of numbers. */
export type Comparison = '=' | '>' | '>=' | '<' | '<=';

/** Describes a condition that no index answers, so that each job must be read. */
export type SearchTerm =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'group'; readonly key: string }
  | { readonly kind: 'payload'; readonly path: readonly string[]; readonly value: string }
  | { readonly kind: 'attempts'; readonly comparison: Comparison; readonly count: number }
  | { readonly kind: 'since'; readonly ageMs: number }
  | { readonly kind: 'older'; readonly ageMs: number }
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

/** Describes a search. */
export interface SearchQuery {
  /** The states to look in; all when none is named. */
  readonly statuses: readonly JobStatus[];
  /** The queues to look in; all when none is named. A search of another queue finds nothing. */
  readonly queues: readonly string[];
  /** The names of jobs; all when none is named. */
  readonly names: readonly string[];
  /** The tags a job must have, all of them; any when none is named. */
  readonly tags: readonly string[];
  /** The ids to look up directly. */
  readonly ids: readonly string[];
  /** The other conditions, all of which must hold. */
  readonly terms: readonly SearchTerm[];
}

const MAX_LENGTH = 1000;
/** The keys that are not conditions of each job, unless they stand beside OR or after NOT. */
const LOOKED_UP = ['queue', 'status', 'name', 'tag', 'id'] as const;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads a search such as `status:failed name:send-email payload.user.id:42 error:"timeout" attempts:>1
 * since:1h`. A word without a key searches ids, names, payloads and errors; `group` finds the jobs of a
 * group of failures. Several values of `status`, `name`, `id` or `queue` widen the search; all other
 * conditions narrow it. `OR` between two conditions requires one of them; `NOT` or a minus negates the next one.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an unknown key or an invalid value
 */
export function parseSearch(text: string): SearchQuery {
  if (text.length > MAX_LENGTH) {
    throw invalidArgument('search', `at most ${MAX_LENGTH} characters`, text.length);
  }
  const looked: { [key in (typeof LOOKED_UP)[number]]: string[] } = {
    queue: [],
    status: [],
    name: [],
    tag: [],
    id: [],
  };
  const terms: SearchTerm[] = [];
  for (const { tokens, isOther } of conditions(tokenize(text))) {
    const [token] = tokens;
    const key = LOOKED_UP.find((known) => known === token?.key);
    if (token === undefined) continue;
    if (tokens.length > 1 || isOther) terms.push(anyOf(tokens));
    else if (key === undefined) terms.push(readTerm(token));
    else looked[key].push(key === 'tag' ? readTag(token.value) : token.value);
  }
  const { queue: queues, status, name: names, tag: tags, id: ids } = looked;
  return { statuses: status.map(readStatus), queues, names, tags, ids, terms };
}

interface Condition {
  /** The alternatives, of which one must hold. */
  readonly tokens: readonly (SearchToken & { readonly isNot?: boolean })[];
  /** Whether it is negated, so that no index answers it. */
  readonly isOther: boolean;
}

/** Groups the words that `OR` joins, and negates those after `NOT` or a minus. */
function conditions(tokens: readonly SearchToken[]): readonly Condition[] {
  const all: { tokens: (SearchToken & { readonly isNot?: boolean })[]; isOther: boolean }[] = [];
  let joins = false;
  let isNot = false;
  for (const token of tokens) {
    if (token.isWord && token.value === 'OR' && all.length > 0) joins = true;
    else if (token.isWord && token.value === 'NOT') isNot = true;
    else {
      const read = { ...token, isNot: isNot !== (token.isNegated === true) };
      const last = all.at(-1);
      if (joins && last !== undefined) last.tokens.push(read);
      else all.push({ tokens: [read], isOther: read.isNot });
      joins = false;
      isNot = false;
    }
  }
  if (joins || isNot) throw invalidArgument('search', 'a condition after OR and NOT', 'nothing');
  return all;
}

function anyOf(tokens: Condition['tokens']): SearchTerm {
  const terms = tokens.map((token): SearchTerm => {
    const term = readAnyTerm(token);
    return token.isNot === true ? { kind: 'not', term } : term;
  });
  const [first] = terms;
  return terms.length === 1 && first !== undefined ? first : { kind: 'any', terms };
}

/** Reads a condition where no index can answer it. */
function readAnyTerm(token: SearchToken): SearchTerm {
  const { key, value } = token;
  if (key === 'status') return { kind: 'status', status: readStatus(value) };
  if (key === 'name') return { kind: 'name', name: value };
  if (key === 'tag') return { kind: 'tag', tag: readTag(value) };
  if (key === 'id') return { kind: 'id', id: value };
  if (key === 'queue') throw invalidArgument('queue', 'neither after NOT nor beside OR', value);
  return readTerm(token);
}

function readTerm({ key, value }: SearchToken): SearchTerm {
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
  throw invalidArgument(
    'search',
    `words with the keys ${SEARCH_KEYS.join(', ')}, payload.… or metadata.…`,
    `${key}:`,
    'Put text that holds a colon in quotes.',
  );
}

function readTag(value: string): string {
  if (value !== '' && value.length <= 100) return value;
  throw invalidArgument('tag', 'a tag of 1 to 100 characters', value);
}

function readStatus(value: string): JobStatus {
  const status = JOB_STATUSES.find((known) => known === value);
  if (status !== undefined) return status;
  throw invalidArgument('status', `one of ${JOB_STATUSES.join(', ')}`, value);
}

function readCount(
  key: string,
  value: string,
): { readonly comparison: Comparison; readonly count: number } {
  const [, comparison = '=', digits] = /^(>=|<=|>|<|=)?(-?\d{1,7})$/.exec(value) ?? [];
  if (digits === undefined) throw invalidArgument(key, 'a number, as in `>1`', value);
  return { comparison: comparison as Comparison, count: Number(digits) };
}

function readAge(key: string, value: string): number {
  const [, digits, unit = ''] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  const factor = UNIT_MS[unit];
  if (digits !== undefined && factor !== undefined) return Number(digits) * factor;
  throw invalidArgument(key, 'an age, such as 30m, 1h or 7d', value);
}
