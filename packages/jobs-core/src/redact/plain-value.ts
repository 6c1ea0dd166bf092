import { entriesOf } from './entries-of.ts';

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
export type Replacer = (
  value: unknown,
  path: readonly string[],
  label?: string | undefined,
) => PlainValue | undefined;

/** Counts how many more values may be read. */
export interface PlainBudget {
  nodes: number;
}

const MAX_DEPTH = 100;
/** Takes the place of the values that are left out. */
export const MORE = '[more]';

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
  const read = (one: unknown, at: readonly string[], label?: string | undefined): PlainValue => {
    budget.nodes -= 1;
    if (budget.nodes < 0) return MORE;
    const replaced = replace(one, at, label);
    if (replaced !== undefined) return replaced;
    if (typeof one !== 'object' || one === null || one instanceof Date) return plainLeaf(one);
    return at.length >= MAX_DEPTH ? '[deeper]' : parts(one, at);
  };
  const parts = (one: object, at: readonly string[]): PlainValue => {
    const isList = Array.isArray(one) || one instanceof Set;
    const entries: [string, PlainValue][] = [];
    for (const [key, inner, label] of entriesOf(one, at)) {
      entries.push([isList ? key : nameOf(key), read(inner, [...at, key], label)]);
      if (budget.nodes < 0) break;
    }
    return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
  };
  return read(value, path);
}

function plainLeaf(value: unknown): PlainValue {
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (!(value instanceof Date)) return value as PlainValue;
  return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
}
