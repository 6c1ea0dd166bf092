import type { JobRecord } from '../contract/job-record.ts';
import { decodeStored } from '../job/decode-stored.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { migratePayload } from '../job/migrate-payload.ts';
import { validatePayload } from '../job/validate-payload.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { completePayload, payloadSource } from './complete-payload.ts';
import type { RunServices } from './run-services.ts';

/**
 * Makes the handler's payload from the stored one: decoded, migrated to the version the definition knows, and passed
 * through the schema. That of a step in a chain is completed with the result of the step before.
 *
 * @throws JobsError `JOBS_MIGRATION_FAILED`, `JOBS_INVALID_PAYLOAD`, `JOBS_DEPENDENCY_FAILED`
 */
export function readPayload(
  services: RunServices,
  definition: JobDefinition,
  job: JobRecord,
): MaybePromise<unknown> {
  const codec = definition.codec ?? services.codec;
  const decoded = decodeStored(codec, job.payload, job.name);
  const source = payloadSource(job);
  if (source === undefined) return currentOf(definition, decoded, job);
  return completePayload(services, job, source, decoded).then((whole) =>
    currentOf(definition, whole, job),
  );
}

function currentOf(
  definition: JobDefinition,
  decoded: unknown,
  job: JobRecord,
): MaybePromise<unknown> {
  const current = migratePayload(definition, decoded, job.version);
  return definition.schema ? validatePayload(definition.schema, current, definition.name) : current;
}
