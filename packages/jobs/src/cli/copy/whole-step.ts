import type { JobRecord, JsonValue } from '@philjs/jobs-core';
import { type DependencyRecord, PAYLOAD_FROM } from '@philjs/jobs-core/backend';
import type { CopiedQueue } from './copy-jobs.ts';

/**
 * Gives a step of a chain the payload it would run with, when the step before has completed: that one is not copied,
 * so its result cannot be read in the other store.
 */
export async function wholeStep(
  { name: queueName, from }: Pick<CopiedQueue, 'name' | 'from'>,
  record: JobRecord,
): Promise<JobRecord> {
  const { id, metadata, dependencies } = record;
  const { [PAYLOAD_FROM]: source, ...own } = metadata;
  if (source === undefined || dependencies === undefined) return record;
  const page = await from.workflows?.dependencies({ job: { queueName, id }, limit: 1000 });
  const given = (page?.dependencies ?? []).filter(({ isChild }) => isChild !== true);
  const before: DependencyRecord | undefined = given.find((one) => one.id === source) ?? given[0];
  if (before?.status !== 'completed') return record;
  return { ...record, metadata: own, payload: merged(before.result, record.payload) };
}

/** Merges the result of the step before with what was given to a step, which wins. */
function merged(result: JsonValue | undefined, part: JsonValue | undefined): JsonValue | undefined {
  if (part === undefined) return result;
  return isObject(result) && isObject(part) ? { ...result, ...part } : part;
}

function isObject(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
