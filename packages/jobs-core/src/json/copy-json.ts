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
  // A spread copies all properties at once; most values are strings and numbers, and need no more.
  const target = { ...(value as { [key: string]: JsonValue }) };
  for (const key in target) {
    const part = target[key];
    if (typeof part === 'object' && part !== null) target[key] = copy(part) as JsonValue;
  }
  return target;
}
