import { invalidArgument } from '../check/argument.ts';
import { bytesOver } from '../json/json-size.ts';
import type { JsonObject } from '../json/json-value.ts';
import { type ByteLimit, toJson } from '../json/to-json.ts';

/** The metadata of jobs without any, one object for all. */
export const NO_METADATA: JsonObject = Object.freeze({});

const LIMIT: ByteLimit = { maxBytes: 65_536, code: 'JOBS_PAYLOAD_TOO_LARGE' };

/**
 * Checks and copies the metadata to store beside a payload.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_PAYLOAD_TOO_LARGE`
 */
export function checkMetadata(metadata: unknown): JsonObject {
  const stored = toJson(metadata, 'metadata', 'JOBS_PAYLOAD_NOT_SERIALIZABLE', LIMIT);
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw invalidArgument('metadata', 'an object', metadata);
  }
  return stored as JsonObject;
}

/** Adds a field to the metadata of a stored job, unless that would make it too large to store. */
export function addToMetadata(
  metadata: JsonObject,
  field: string,
  value: string | number,
): JsonObject {
  const added = { ...metadata, [field]: value };
  return bytesOver(added, LIMIT.maxBytes) === undefined ? added : metadata;
}
