/** Holds a statement cut at its placeholders, and the values in their order. */
export interface Parts {
  readonly parts: readonly string[];
  readonly ordered: readonly unknown[];
}

/** Cuts a statement at `$1`, `$2` and so on, for clients that take values in another form. */
export function partsOf(text: string, values: readonly unknown[]): Parts {
  const ordered: unknown[] = [];
  const parts = text.split(/\$(\d+)/).flatMap((part, index) => {
    if (index % 2 === 0) return [part];
    ordered.push(values[Number(part) - 1]);
    return [];
  });
  return { parts, ordered };
}
