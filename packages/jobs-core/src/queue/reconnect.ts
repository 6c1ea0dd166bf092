import type { NewJob } from '../contract/new-job.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { PreparedJob } from './prepared-batch.ts';
import { PAYLOAD_FROM } from './step-item.ts';

/**
 * Leaves a step of a chain the step before it in options that a middleware made: without waiting for that, it would run
 * with a part of its payload.
 */
export function withSourceOf(
  named: EnqueueOptions | undefined,
  made: EnqueueOptions | undefined,
): EnqueueOptions | undefined {
  const source = named?.metadata?.[PAYLOAD_FROM];
  if (source === undefined) return made;
  const { dependsOn = named?.dependsOn, metadata } = made ?? {};
  return { ...made, dependsOn, metadata: { ...metadata, [PAYLOAD_FROM]: source } };
}

/** Lets jobs wait for others of their call under the ids that a middleware gave those. */
export function reconnect(
  prepared: readonly PreparedJob[],
  queueName: string,
): readonly PreparedJob[] {
  const ids = new Map<unknown, string>();
  for (const { namedId, job } of prepared) {
    if (namedId !== undefined && namedId !== job.id) ids.set(namedId, job.id);
  }
  if (ids.size === 0) return prepared;
  return prepared.map((one) => ({ ...one, job: connected(one.job, ids, queueName) }));
}

function connected(job: NewJob, ids: ReadonlyMap<unknown, string>, queueName: string): NewJob {
  const { dependsOn, metadata } = job;
  if (dependsOn === undefined) return job;
  const source = ids.get(metadata[PAYLOAD_FROM]);
  return {
    ...job,
    dependsOn: dependsOn.map((ref) =>
      ref.queueName === queueName ? { ...ref, id: ids.get(ref.id) ?? ref.id } : ref,
    ),
    ...(source !== undefined && { metadata: { ...metadata, [PAYLOAD_FROM]: source } }),
  };
}
