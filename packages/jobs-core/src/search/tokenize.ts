import { SEARCH_KEYS } from './search-keys.ts';

/** Describes one word of a search: `key:value`, or a value alone. */
export interface SearchToken {
  /** The text before the colon, if any. */
  readonly key: string | undefined;
  /** The text after the colon, without its quotes. */
  readonly value: string;
  /** Whether a minus precedes it. */
  readonly isNegated?: true;
  /** Whether it is a single word without quotes, such as `OR` and `NOT`. */
  readonly isWord?: true;
}

/** A field of a payload or of metadata may have any name without spaces, quotes and colons. */
const WORD =
  /(-(?=["\p{L}]))?(?:((?:payload|metadata)\.[^\s":]+|[A-Za-z][\w.[\]$-]*):(?:"((?:[^"\\]|\\.)*)"?|(\S*))|"((?:[^"\\]|\\.)*)"?|(\S+))/gu;

/** Splits a search into its words; quotes keep spaces together, a backslash keeps a quote. */
export function tokenize(text: string): readonly SearchToken[] {
  return [...text.matchAll(WORD)].map(
    ([, minus, key, quotedValue, bareValue, quoted, bare]): SearchToken => ({
      key,
      value: withoutEscapes(quotedValue ?? bareValue ?? quoted ?? bare ?? ''),
      ...(minus !== undefined && { isNegated: true as const }),
      ...(bare !== undefined && minus === undefined && { isWord: true as const }),
    }),
  );
}

/**
 * Replaces what a search looks for in some fields, such as those that a log may not show, and leaves all else as it was
 * written. `replacement` is given the path of a field from the root of a job, and what stands there in the search; the path
 * is empty where the word names no field. It returns nothing to keep what was written.
 */
export function replaceInSearch(
  text: string,
  replacement: (path: readonly string[], word: string) => string | undefined,
): string {
  return text.replace(WORD, (word: string, minus = '', key?: string) => {
    const other = replacement(key === undefined ? [] : pathOf(key), word);
    if (key === undefined) return other ?? word;
    return other === undefined ? word : `${minus}${key}:${other}`;
  });
}

/** Returns the path of a key from the root of a job. One that no search knows is a field whose `payload.` was left out. */
function pathOf(key: string): readonly string[] {
  const path = key.split('.').flatMap(placesIn);
  if (['payload', 'metadata', ...SEARCH_KEYS].some((known) => known === path[0])) return path;
  return ['payload', ...path];
}

/** Splits a step of a path into a field and the places in its lists: `items[0]` into `items` and `0`. */
export function placesIn(step: string): readonly string[] {
  const places: string[] = [];
  let field = step;
  // From the end: a pattern would begin again at each bracket of a long step.
  while (field.endsWith(']')) {
    const start = field.lastIndexOf('[');
    const place = field.slice(start + 1, -1);
    if (start < 1 || !/^\d+$/.test(place)) break;
    places.push(place);
    field = field.slice(0, start);
  }
  return [field, ...places.reverse()];
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
