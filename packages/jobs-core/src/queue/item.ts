import { checkObject, invalidArgument } from '../check/argument.ts';
import type { JobDefinition, JobInput } from '../job/job-definition.ts';
import type { EnqueueArgs } from './enqueue-args.ts';
import type { EnqueueItem } from './queue-interface.ts';

/**
 * Makes an item for `enqueueMany`, checked against its job where it is written: for items that are variables, since
 * others of the call wait for them.
 *
 * @example
 * const paid = item(chargeCard, { cents: 500 });
 * const sent = item(ship, { to: 'Ada' }, { dependsOn: [paid], onDependencyFailure: 'continue' });
 * await queue.enqueueMany([paid, sent]);
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function item<TJob extends JobDefinition>(
  job: TJob,
  ...args: EnqueueArgs<JobInput<TJob>>
): EnqueueItem<TJob, JobInput<TJob>> {
  const [payload, options] = args;
  if (typeof job !== 'object' || job === null || !('name' in job)) {
    throw invalidArgument('job', 'a definition made by `defineJob` or `declareJob`', job);
  }
  if (options !== undefined) checkObject('options', options);
  return { job, payload: payload as JobInput<TJob>, options };
}
