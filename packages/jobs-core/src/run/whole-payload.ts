import type { JobRecord } from '../contract/job-record.ts';
import { encodeValue } from '../job/encode-value.ts';
import type { JsonValue } from '../json/json-value.ts';
import { toJson } from '../json/to-json.ts';
import type { RunServices } from './run-services.ts';

/** Holds the whole payload of a step in its stored form; nothing in it where that is `undefined`. */
export interface WholePayload {
  readonly payload?: JsonValue;
}

const wholes = new WeakMap<JobRecord, WholePayload>();

/** Keeps the whole payload of a step of a chain, if the step may leave a dead letter. */
export function keepWhole(services: RunServices, job: JobRecord, whole: unknown): void {
  if (!mayLeaveLetter(services, job)) return;
  const code = 'JOBS_PAYLOAD_NOT_SERIALIZABLE';
  try {
    const codec = services.registry.get(job.name)?.codec ?? services.codec;
    const payload = toJson(encodeValue(codec, whole, 'payload', code), 'payload', code);
    wholes.set(job, payload === undefined ? {} : { payload });
  } catch (error) {
    services.reportError(error, { jobId: job.id, name: job.name });
  }
}

/** Returns whether a job leaves a dead letter when it fails for good. */
export function mayLeaveLetter(
  { registry, deadLetter }: RunServices,
  { name }: JobRecord,
): boolean {
  return (registry.get(name)?.options.deadLetter ?? deadLetter) !== undefined;
}

/** Returns the whole payload of a step; `undefined` for other jobs, and before it was read. */
export function wholeOf(job: JobRecord): WholePayload | undefined {
  return wholes.get(job);
}
