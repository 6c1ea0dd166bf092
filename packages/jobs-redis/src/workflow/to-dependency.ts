import type { DependencyRecord } from '@philjs/jobs-core/backend';
import { decodeJobId } from '../keys/job-id.ts';
import { errorOf } from '../record/job-hash.ts';
import { decodeResult } from '../record/stored-json.ts';
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
  const error = record.status === 'completed' ? undefined : errorOf(hash);
  const { timestamp, processedOn, finishedOn, returnvalue } = hash;
  const result =
    record.status === 'completed' && returnvalue !== undefined
      ? decodeResult(returnvalue)
      : undefined;
  const total = hash['pj:deps'];
  return {
    ...record,
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    createdAt: Number(timestamp),
    ...(processedOn !== undefined && { processedAt: Number(processedOn) }),
    ...(finishedOn !== undefined && { finishedAt: Number(finishedOn) }),
    ...(total !== undefined && {
      dependencies: {
        total: Number(total),
        open: Number(hash['pj:open']),
        failed: Number(hash['pj:doom']),
      },
    }),
  };
}
