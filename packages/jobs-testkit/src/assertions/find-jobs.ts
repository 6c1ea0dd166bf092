import type { GetJobsOptions, IQueue, Job, JobDefinition } from '@philjs/jobs-core';

/** Lists the jobs of a definition, in every state, page by page. */
export async function findJobs(queue: IQueue, job: JobDefinition | string): Promise<Job[]> {
  const found: Job[] = [];
  let options: GetJobsOptions | undefined = {
    name: typeof job === 'string' ? job : job.name,
    order: 'oldest',
    limit: 1_000,
  };
  while (options !== undefined) {
    const page = await queue.getJobs(options);
    found.push(...page.jobs);
    options = page.cursor === undefined ? undefined : { ...options, cursor: page.cursor };
  }
  return found;
}
