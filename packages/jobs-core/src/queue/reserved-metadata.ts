import type { JsonObject } from '../json/json-value.ts';

/** Begins the names of metadata, and of deduplication keys, that belong to PhilJS Jobs. */
export const RESERVED_METADATA = 'philjs.';

/** Returns the metadata of a job that belongs to PhilJS Jobs, which a change by the user leaves. */
export function reservedOf(metadata: JsonObject): JsonObject {
  const own = Object.entries(metadata).filter(([name]) => name.startsWith(RESERVED_METADATA));
  return Object.fromEntries(own);
}
