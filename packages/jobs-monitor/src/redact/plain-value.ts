/** Describes a value that can be shown: JSON, and whole numbers of any size. */
export type PlainValue =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Returns a replacement for a value before its parts are read, or `undefined` to read them. */
export type Replacer = (value: unknown, path: readonly string[]) => PlainValue | undefined;

/** Counts how many more values may be read. */
export interface PlainBudget {
  nodes: number;
}

const MAX_DEPTH = 100;
const MORE = '[more]';

/**
 * Copies a value of any type, also a codec's own, into one that can be shown. A result of `replace`
 * takes the place of the value. When the budget is used up, the rest is left out.
 */
export function toPlain(
  value: unknown,
  replace: Replacer,
  path: readonly string[] = [],
  budget: PlainBudget = { nodes: Number.POSITIVE_INFINITY },
  nameOf: (key: string) => string = (key) => key,
): PlainValue {
  budget.nodes -= 1;
  if (budget.nodes < 0) return MORE;
  const replaced = replace(value, path);
  if (replaced !== undefined) return replaced;
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value as PlainValue;
  if (path.length >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof Map)
    return toPlain(Object.fromEntries(value), replace, path, budget, nameOf);
  if (Array.isArray(value) || value instanceof Set)
    return plainList(value, replace, path, budget, nameOf);
  return plainObject(value, replace, path, budget, nameOf);
}

function plainObject(
  value: object,
  replace: Replacer,
  path: readonly string[],
  budget: PlainBudget,
  nameOf: (key: string) => string,
): PlainValue {
  const entries: [string, PlainValue][] = [];
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    entries.push([nameOf(key), toPlain(inner, replace, [...path, key], budget, nameOf)]);
    if (budget.nodes < 0) break;
  }
  return Object.fromEntries(entries);
}

function plainList(
  values: Iterable<unknown>,
  replace: Replacer,
  path: readonly string[],
  budget: PlainBudget,
  nameOf: (key: string) => string,
): PlainValue[] {
  const items: PlainValue[] = [];
  for (const item of values) {
    items.push(toPlain(item, replace, [...path, String(items.length)], budget, nameOf));
    if (budget.nodes < 0) break;
  }
  return items;
}
