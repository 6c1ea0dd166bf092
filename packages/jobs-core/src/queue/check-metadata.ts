import { invalidArgument } from '../check/argument.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { bytesOver } from '../json/json-size.ts';
import type { JsonObject } from '../json/json-value.ts';
import { toJson } from '../json/to-json.ts';

const MAX_METADATA_BYTES = 65_536;

/**
 * Checks and copies what is stored beside a payload.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_PAYLOAD_NOT_SERIALIZABLE`, `JOBS_PAYLOAD_TOO_LARGE`
 */
export function checkMetadata(metadata: unknown): JsonObject {
  const stored = toJson(metadata, 'metadata', 'JOBS_PAYLOAD_NOT_SERIALIZABLE');
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    throw invalidArgument('metadata', 'an object', metadata);
  }
  const bytes = bytesOver(stored, MAX_METADATA_BYTES);
  if (bytes === undefined) return stored as JsonObject;
  throw new JobsError(
    'JOBS_PAYLOAD_TOO_LARGE',
    `Expected \`metadata\` to be at most ${MAX_METADATA_BYTES} bytes of JSON, got ${bytes}. Put what the handler needs in the payload.`,
    { details: { field: 'metadata', bytes } },
  );
}
