import type { JsonValue } from './json-value.ts';

/**
 * Makes a deep copy of a value that is known to be JSON, faster than `structuredClone`. `undefined`
 * stays `undefined`.
 */
export function copyJson<T extends JsonValue | undefined>(value: T): T {
  return copy(value) as T;
}

function copy(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => copy(item) as JsonValue);
  const source = value as { readonly [key: string]: JsonValue };
  const target: { [key: string]: JsonValue } = {};
  for (const key in source) target[key] = copy(source[key]) as JsonValue;
  return target;
}
