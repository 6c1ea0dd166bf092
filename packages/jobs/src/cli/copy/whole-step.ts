import type { JsonValue } from '@philjs/jobs-core';
import type { JobRecord } from '@philjs/jobs-core/backend';
import { givenDependencies, mergePayload, PAYLOAD_FROM } from '@philjs/jobs-core/internal';
import type { CopiedQueue } from './copy-jobs.ts';

/**
 * Gives a step of a chain the payload it would run with, when the step before has completed: that one is not copied,
 * so its result cannot be read in the other store. Merges them as they are stored, since no codec is known here.
 */
export async function wholeStep(
  { name: queueName, from }: Pick<CopiedQueue, 'name' | 'from'>,
  record: JobRecord,
): Promise<JobRecord> {
  const { id, metadata, dependencies } = record;
  const { [PAYLOAD_FROM]: source, ...own } = metadata;
  if (source === undefined || dependencies === undefined) return record;
  const given = await givenDependencies(from, { queueName, id }, { withResults: true });
  const before = given.find((one) => one.id === source) ?? given[0];
  if (before?.status !== 'completed') return record;
  const payload = mergePayload(before.result, record.payload) as JsonValue | undefined;
  return { ...record, metadata: own, payload };
}
