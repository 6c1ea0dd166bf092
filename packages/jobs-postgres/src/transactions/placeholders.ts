/** Holds a statement cut at its placeholders, and the values in their order. */
export interface Parts {
  readonly parts: readonly string[];
  readonly ordered: readonly unknown[];
}

/** Matches a quoted name, or a placeholder. */
const QUOTED_OR_PLACE = /("(?:[^"]|"")*")|\$(\d+)/g;

/** Cuts a statement at `$1`, `$2` and so on, for clients that take values in another form. */
export function partsOf(text: string, values: readonly unknown[]): Parts {
  const ordered: unknown[] = [];
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(QUOTED_OR_PLACE)) {
    if (match[2] === undefined) continue;
    parts.push(text.slice(end, match.index));
    ordered.push(values[Number(match[2]) - 1]);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return { parts, ordered };
}
