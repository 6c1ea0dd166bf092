import { invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { Lease } from '../contract/consumer.ts';
import type { AddResult, NewJob } from '../contract/new-job.ts';
import type { DependencyFailure } from '../contract/workflow-store.ts';
import { leaseLostError, notSupported } from '../errors/error-factories.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { inOrderOfDependencies } from './order-dependents.ts';

/** The largest number of jobs of one call where any of them waits for another: a batch, and what follows it. */
const MOST = 10_001;

/** Ensures that a backend can store a job that waits for others. @throws JobsError `JOBS_NOT_SUPPORTED` */
export function requireWorkflows(
  { name, workflows }: Pick<Backend, 'name' | 'workflows'>,
  job: NewJob,
): void {
  if (workflows === undefined) throw notSupported(name, 'workflows');
  const mode = job.deduplication?.mode;
  if (mode === undefined || mode === 'drop') return;
  const advice = 'The job that holds the key might start before what this one waits for.';
  throw invalidArgument('deduplicate.mode', "'drop' for a job with `dependsOn`", mode, advice);
}

/** Describes the running job that adds jobs and waits for them. */
export interface ParentOfJobs {
  readonly lease: Lease;
  /** Says whether it fails or goes on when one of them fails. */
  readonly onDependencyFailure: DependencyFailure;
}

/**
 * Stores the children of a running job, all or none; the results are in the order given.
 *
 * @throws JobsError as {@link addDependents}, and `JOBS_LEASE_LOST`
 */
export async function addChildren(
  backend: Pick<Backend, 'name' | 'workflows'>,
  jobs: readonly NewJob[],
  queueName: string,
  { lease, onDependencyFailure }: ParentOfJobs,
): Promise<readonly AddResult[]> {
  const { workflows } = backend;
  if (workflows === undefined) throw notSupported(backend.name, 'workflows');
  refuseMore(jobs);
  const parentId = lease.id;
  const ordered = inOrderOfDependencies(jobs, queueName).map((job) => ({ ...job, parentId }));
  const added = await workflows.addChildren({ lease, jobs: ordered, onDependencyFailure });
  if (added === undefined) throw leaseLostError(lease);
  return asGiven(jobs, ordered, added);
}

/**
 * Stores jobs of which some wait for others, all or none; the results are in the order given.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a circle, `JOBS_NOT_FOUND` for a dependency that is not stored
 */
export function addDependents(
  { name, workflows }: Pick<Backend, 'name' | 'workflows'>,
  jobs: readonly NewJob[],
  queueName: string,
  transaction: unknown,
): MaybePromise<readonly AddResult[]> {
  if (workflows === undefined) throw notSupported(name, 'workflows');
  refuseMore(jobs);
  const ordered = inOrderOfDependencies(jobs, queueName);
  const added = workflows.add(
    transaction === undefined ? { jobs: ordered } : { jobs: ordered, transaction },
  );
  if (added instanceof Promise) return added.then((results) => asGiven(jobs, ordered, results));
  return asGiven(jobs, ordered, added);
}

function refuseMore({ length }: readonly NewJob[]): void {
  if (length <= MOST) return;
  const advice = 'Add the first ones in a call of their own.';
  throw invalidArgument('items', `at most ${MOST} where some depend on others`, length, advice);
}

function asGiven(
  jobs: readonly NewJob[],
  ordered: readonly NewJob[],
  results: readonly AddResult[],
): readonly AddResult[] {
  if (jobs === ordered || jobs.length === 1) return results;
  const left = new Map(ordered.map(({ id }, index) => [id, results[index] as AddResult]));
  const given = new Set<string>();
  return jobs.map(({ id }) => {
    const result = left.get(id) as AddResult;
    // Of several jobs with one id the first was stored.
    if (given.has(id)) return { id: result.id, outcome: 'duplicate' };
    given.add(id);
    return result;
  });
}
