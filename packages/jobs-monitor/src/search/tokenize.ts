/** One word of a search: `key:value`, or a value alone. */
export interface SearchToken {
  /** What stands before the colon, if anything. */
  readonly key: string | undefined;
  /** What stands after it, without its quotes. */
  readonly value: string;
  /** Whether a minus stands before it. */
  readonly isNegated?: true;
  /** Whether it is a word alone, without quotes: `OR` and `NOT` are such. */
  readonly isWord?: true;
}

const WORD =
  /(-(?=["A-Za-z]))?(?:([A-Za-z][\w.[\]$-]*):(?:"((?:[^"\\]|\\.)*)"?|(\S*))|"((?:[^"\\]|\\.)*)"?|(\S+))/g;

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

function withoutEscapes(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
