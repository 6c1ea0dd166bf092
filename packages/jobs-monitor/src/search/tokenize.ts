/** One word of a search: `key:value`, or a value alone. */
export interface SearchToken {
  /** What stands before the colon, if anything. */
  readonly key: string | undefined;
  /** What stands after it, without its quotes. */
  readonly value: string;
}

const WORD = /([A-Za-z][\w.[\]$-]*):(?:"((?:[^"\\]|\\.)*)"?|(\S*))|"((?:[^"\\]|\\.)*)"?|(\S+)/g;

/** Splits a search into its words; quotes keep spaces together, a backslash keeps a quote. */
export function tokenize(text: string): readonly SearchToken[] {
  return [...text.matchAll(WORD)].map(([, key, quotedValue, bareValue, quoted, bare]) => ({
    key,
    value: withoutEscapes(quotedValue ?? bareValue ?? quoted ?? bare ?? ''),
  }));
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}
