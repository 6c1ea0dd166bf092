import { checkObject, invalidArgument } from '../check/argument.ts';
import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { CallArgs, Calls } from './calls.ts';

/** Maps the names of functions to the jobs that they call. */
export interface CallableJobs {
  readonly [name: string]: JobDefinition;
}

/** Has a function for each job, typed by what the job takes and returns. */
export type Caller<TJobs extends CallableJobs> = {
  readonly [K in keyof TJobs]: (
    ...args: CallArgs<JobInput<TJobs[K]>>
  ) => Promise<JobResult<TJobs[K]>>;
};

/**
 * Makes a function of each job: it enqueues the job, waits for it and returns its result, as `queue.call` does.
 *
 * @example
 * const api = caller(queue, { sendEmail, buildReport });
 * const { messageId } = await api.sendEmail({ to: 'ada@example.org' }, { timeout: 10_000 });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function caller<const TJobs extends CallableJobs>(queue: Calls, jobs: TJobs): Caller<TJobs> {
  checkObject('jobs', jobs);
  const functions = Object.entries(jobs).map(([name, job]) => {
    if (name === 'then') {
      const advice = 'Who awaits an object calls its `then`.';
      throw invalidArgument('jobs', 'an object without `then`', jobs, advice);
    }
    if (typeof job !== 'object' || job === null || !('name' in job)) {
      throw invalidArgument(
        `jobs.${name}`,
        'a definition made by `defineJob` or `declareJob`',
        job,
      );
    }
    return [name, (...args: CallArgs<unknown>) => queue.call(job, ...args)];
  });
  return Object.freeze(Object.fromEntries(functions)) as Caller<TJobs>;
}
