import { SEARCH_KEYS } from './search-keys.ts';

/** Lists the names a search can use. */
export interface Known {
  readonly queues: readonly string[];
  readonly statuses: readonly string[];
  readonly names: readonly string[];
}

const MAX = 12;

/** Suggests completions for the last word of a search; each suggestion is the whole search. */
export function suggestTerms(text: string, known: Known): readonly string[] {
  const word = /\S*$/.exec(text)?.[0] ?? '';
  const before = text.slice(0, text.length - word.length);
  const minus = word.startsWith('-') ? '-' : '';
  const [, key, begun = ''] = /^([A-Za-z]+):(.*)$/.exec(word.slice(minus.length)) ?? [];
  const words =
    key === undefined
      ? [...SEARCH_KEYS.map((name) => `${name}:`), 'payload.', 'metadata.', 'NOT ', 'OR ']
      : valuesOf(key, known).map((value) => `${key}:${/\s/.test(value) ? `"${value}"` : value}`);
  const typed = key === undefined ? word.slice(minus.length) : `${key}:${begun}`;
  return words
    .filter((one) => one.startsWith(typed) && one !== typed)
    .slice(0, MAX)
    .map((one) => before + minus + one);
}

function valuesOf(key: string, { queues, statuses, names }: Known): readonly string[] {
  switch (key) {
    case 'status':
      return statuses;
    case 'queue':
      return queues;
    case 'name':
      return names;
    case 'since':
    case 'older':
    case 'createdAfter':
    case 'createdBefore':
    case 'failedAfter':
    case 'failedBefore':
      return ['15m', '1h', '24h', '7d'];
    case 'attempts':
    case 'priority':
      return ['>1', '>=5', '<0'];
    default:
      return [];
  }
}
