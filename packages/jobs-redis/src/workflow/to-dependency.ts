import type { DependencyRecord } from '@philjs/jobs-core/backend';
import { decodeJobId } from '../keys/job-id.ts';
import { toJobRecord } from '../record/job-hash.ts';
import { DEPENDENCY_FIELDS, type DependencyRow } from './dependencies-script.ts';

/** Reads a job that another waits for. */
export function toDependency([
  ,
  ref,
  name,
  isChild,
  isTolerated,
  state,
  values,
]: DependencyRow): DependencyRecord {
  const colon = ref.indexOf(':');
  const hash: Record<string, string> = {};
  for (const [index, field] of DEPENDENCY_FIELDS.entries()) {
    const value = values[index];
    if (typeof value === 'string') hash[field] = value;
  }
  const record = {
    queueName: ref.slice(0, colon),
    id: decodeJobId(ref.slice(colon + 1)),
    name,
    // The script names the states as core does.
    status: state as DependencyRecord['status'],
    ...(isChild === '1' && { isChild: true as const }),
    ...(isTolerated === '1' && { isTolerated: true as const }),
  };
  if (record.status === 'removed') return record;
  const job = toJobRecord('', record.status, hash, {});
  const { createdAt, processedAt, finishedAt, result, error, dependencies } = job;
  return {
    ...record,
    createdAt,
    ...(processedAt !== undefined && { processedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    ...(dependencies !== undefined && { dependencies }),
  };
}
