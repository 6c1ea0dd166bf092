import { invalidArgument } from '../check/argument.ts';
import type { JobStatus } from '../contract/job-status.ts';
import { not, readId, readStatus, readTag, readTerm, type SearchTerm } from './search-term.ts';
import { type SearchToken, tokenize } from './tokenize.ts';

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

/**
 * Reads a search such as `status:failed name:send-email payload.user.id:42 error:"timeout" attempts:>1
 * since:1h`. A word without a key searches ids, names, payloads and errors; `group` finds the jobs of a
 * group of failures. Several values of `status`, `name`, `id` or `queue` widen the search; all other
 * conditions narrow it. `OR` between two conditions requires one of them; `NOT` or a minus negates the next one.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for an unknown key or an invalid value
 */
export function parseSearch(text: string): SearchQuery {
  if (typeof text !== 'string') throw invalidArgument('search', 'a string', text);
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
  const words = tokenize(text);
  words.forEach(refuseEmpty);
  for (const { tokens, isOther } of conditions(words, text)) {
    const [token] = tokens;
    const key = LOOKED_UP.find((known) => known === token?.key);
    if (token === undefined) continue;
    if (tokens.length > 1 || isOther) terms.push(anyOf(tokens));
    else if (key === undefined) terms.push(readTerm(token));
    else looked[key].push(token.value);
  }
  const { queue: queues, status, name: names, tag: tags, id: ids } = looked;
  return {
    ...{ statuses: status.map(readStatus), queues, names, terms },
    ...{ tags: tags.map(readTag), ids: ids.map(readId) },
  };
}

/**
 * Refuses a word without a value, such as `error:` before a variable that is not set, or a blank one: it would match all jobs,
 * or after NOT none. Only fields of a payload or of metadata may be empty texts.
 */
function refuseEmpty({ key, value }: SearchToken): void {
  if (value.trim() !== '' || key?.includes('.')) return;
  const what = key === undefined ? 'in the quotes' : `after \`${key}:\``;
  throw invalidArgument('search', `text with a value ${what}`, value);
}

interface Condition {
  /** The alternatives, of which one must hold. */
  readonly tokens: readonly (SearchToken & { readonly isNot?: boolean })[];
  /** Whether it is negated, so that no index answers it. */
  readonly isOther: boolean;
}

/** Groups the words that `OR` joins, and negates those after `NOT` or a minus. */
function conditions(tokens: readonly SearchToken[], text: string): readonly Condition[] {
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
  if (joins || isNot) {
    throw invalidArgument('search', 'text with a condition after OR and NOT', text);
  }
  return all;
}

function anyOf(tokens: Condition['tokens']): SearchTerm {
  const terms = tokens.map((token): SearchTerm => {
    const term = readTerm(token);
    if (token.isNot !== true) return term;
    return { kind: 'not', value: '', terms: [term], holds: not(term.holds) };
  });
  const [first] = terms;
  if (terms.length === 1 && first !== undefined) return first;
  const holds: SearchTerm['holds'] = (job, context) =>
    terms.some((term) => term.holds(job, context));
  return { kind: 'any', value: '', terms, holds };
}
