import type { JobRecord } from '../contract/job-record.ts';
import { dependencyFailedError } from '../errors/error-factories.ts';
import { decodeStored } from '../job/decode-stored.ts';
import type { JobDependencies, JobDependency } from '../job/job-dependencies.ts';
import { mergePayload } from '../queue/merge-payload.ts';
import { PAYLOAD_FROM } from '../queue/step-item.ts';
import { readDependencies } from './read-dependencies.ts';
import type { RunServices } from './run-services.ts';
import { keepWhole, mayLeaveLetter, wholeOf } from './whole-payload.ts';

/** Returns the job whose result completes the payload of a step; `undefined` for every other job. */
export function payloadSource({ dependencies, metadata }: JobRecord): string | undefined {
  if (dependencies === undefined) return undefined;
  const source = metadata[PAYLOAD_FROM];
  return typeof source === 'string' ? source : undefined;
}

/**
 * Merges the result of the step before with the payload given to this one, which wins.
 *
 * @throws JobsError `JOBS_DEPENDENCY_FAILED` when that result is not stored any more
 */
export async function completePayload(
  services: RunServices,
  job: JobRecord,
  source: string,
  given: unknown,
): Promise<unknown> {
  const dependencies = await readDependencies(services, job);
  const before = dependencies.get(source) ?? firstOf(dependencies);
  if (before?.status !== 'completed') {
    const { name } = services.queue;
    throw dependencyFailedError(
      before ?? { queueName: name, id: source, name: 'unknown', status: 'removed' },
    );
  }
  const whole = mergePayload(before.result, given);
  keepWhole(services, job, whole);
  return whole;
}

/** Reads the whole payload of a step that did not run here, for its dead letter. Never rejects. */
export async function findWhole(services: RunServices, job: JobRecord): Promise<void> {
  const source = payloadSource(job);
  if (source === undefined || wholeOf(job) !== undefined) return;
  if (!mayLeaveLetter(services, job)) return;
  try {
    const codec = services.registry.get(job.name)?.codec ?? services.codec;
    const given = decodeStored(codec, job.payload, job.name);
    await completePayload(services, job, source, given);
  } catch (error) {
    services.reportError(error, { jobId: job.id, name: job.name });
  }
}

/** Returns the job that a step waits for, which has another id when the step before was a duplicate of it. */
function firstOf(dependencies: JobDependencies): JobDependency | undefined {
  for (const dependency of dependencies) if (!dependency.isChild) return dependency;
  return undefined;
}
