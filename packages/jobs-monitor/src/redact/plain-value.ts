/** What any value becomes to be shown: JSON, and whole numbers of any size. */
export type PlainValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Decides about a value before it is looked into: what to show instead, or `undefined` to go on. */
export type Replacer = (value: unknown, path: readonly string[]) => PlainValue | undefined;

const MAX_DEPTH = 100;

/**
 * Copies a value of any kind, also what a codec brought back, into one that can be shown. What
 * `replace` answers stands in for the value asked about.
 */
export function toPlain(
  value: unknown,
  replace: Replacer,
  path: readonly string[] = [],
): PlainValue {
  const replaced = replace(value, path);
  if (replaced !== undefined) return replaced;
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value as PlainValue;
  if (path.length >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Map) return toPlain(Object.fromEntries(value), replace, path);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map((item, index) => toPlain(item, replace, [...path, String(index)]));
  }
  const entries = Object.entries(value).map(
    ([key, item]) => [key, toPlain(item, replace, [...path, key])] as const,
  );
  return Object.fromEntries(entries);
}
