import {
  checkInteger,
  checkOptions,
  checkText,
  checkTime,
  invalidArgument,
} from '../check/argument.ts';
import type { TimeValue } from '../check/time-value.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { isPlainObject } from '../json/is-plain-object.ts';
import { checkMetadata } from './check-metadata.ts';
import type { JobCriteria } from './job-query.ts';

/** The names of {@link JobCriteria}. */
export const CRITERIA_NAMES: readonly (keyof JobCriteria)[] = [
  'search',
  'error',
  'errorCode',
  'createdAfter',
  'createdBefore',
  'failedAfter',
  'failedBefore',
  'priority',
  'metadata',
];

/** Checks the filters of a query but for its search. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkCriteria(criteria: JobCriteria): void {
  checkText('error', criteria.error);
  checkText('errorCode', criteria.errorCode);
  for (const name of ['createdAfter', 'createdBefore', 'failedAfter', 'failedBefore'] as const) {
    if (criteria[name] !== undefined) checkTime(name, criteria[name]);
  }
  checkPriority(criteria.priority);
  checkFields(criteria.metadata);
}

function checkFields(metadata: JobCriteria['metadata']): void {
  if (metadata === undefined) return;
  const isObject = typeof metadata === 'object' && metadata !== null && isPlainObject(metadata);
  if (!isObject || Object.keys(metadata).length === 0) {
    throw invalidArgument('metadata', 'an object of fields and values', metadata);
  }
  for (const [name, value] of Object.entries(metadata)) {
    if (value !== undefined) continue;
    const expected = 'given: without a value it would match the jobs that have none';
    throw invalidArgument(`metadata.${name}`, expected, value);
  }
  checkMetadata(metadata);
}

function checkPriority(priority: JobCriteria['priority']): void {
  if (priority === undefined) return;
  const range = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  if (typeof priority === 'number') {
    checkInteger('priority', priority, range);
    return;
  }
  checkOptions('priority', priority, ['min', 'max']);
  if ((priority.min ?? priority.max) === undefined) {
    throw invalidArgument('priority', 'a number, or `{ min, max }`', priority);
  }
  if (priority.min !== undefined) checkInteger('priority.min', priority.min, range);
  if (priority.max !== undefined) checkInteger('priority.max', priority.max, range);
}

/** Is what the filters read of a job; a stored job is one. */
export type FilteredJob = Pick<
  JobRecord,
  'status' | 'createdAt' | 'finishedAt' | 'priority' | 'metadata' | 'error'
>;

/** Returns whether a job matches the filters of a query; its search is compared elsewhere. */
export function matchesCriteria(job: FilteredJob, criteria: JobCriteria): boolean {
  const { error, errorCode, createdAfter, createdBefore, failedAfter, failedBefore } = criteria;
  const failedAt = job.status === 'failed' ? job.finishedAt : undefined;
  return (
    (error === undefined ||
      [job.error?.code, job.error?.name, job.error?.message].includes(error)) &&
    (errorCode === undefined || job.error?.code === errorCode) &&
    isWithin(job.createdAt, createdAfter, createdBefore) &&
    (failedAfter === undefined && failedBefore === undefined
      ? true
      : failedAt !== undefined && isWithin(failedAt, failedAfter, failedBefore)) &&
    hasPriority(job.priority, criteria.priority) &&
    Object.entries(criteria.metadata ?? {}).every(([name, value]) =>
      isSame(own(job.metadata, name), value),
    )
  );
}

function isWithin(
  at: number,
  after: TimeValue | undefined,
  before: TimeValue | undefined,
): boolean {
  return (
    (after === undefined || at > checkTime('after', after)) &&
    (before === undefined || at < checkTime('before', before))
  );
}

function hasPriority(priority: number, wanted: JobCriteria['priority']): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return priority === wanted;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = wanted;
  return priority >= min && priority <= max;
}

function own(object: { readonly [name: string]: unknown }, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || sortedJson(left) === sortedJson(right);
}

/** Writes a value as JSON that does not depend on the order of keys, as the value does not. */
function sortedJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
