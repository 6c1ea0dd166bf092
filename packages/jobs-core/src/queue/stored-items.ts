import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { Job } from './job.ts';
import type { JobDefinitions, JobOf } from './known-jobs.ts';

/** Types what `enqueueMany` stored, each job by that of its item. */
export type StoredItems<
  TJobs extends JobDefinitions,
  TItemJobs extends readonly (JobDefinition | string)[],
> = {
  -readonly [K in keyof TItemJobs]: Job<
    JobInput<JobOf<TJobs, TItemJobs[K]>>,
    JobResult<JobOf<TJobs, TItemJobs[K]>>
  >;
};
