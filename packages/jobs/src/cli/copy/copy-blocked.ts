import { isJobsError, type JobRecord, type NewJob } from '@philjs/jobs-core';
import { type DependencyRecord, dependencyPages } from '@philjs/jobs-core/backend';
import { copiedJob } from './copied-job.ts';
import { type CopiedQueue, pagesOf } from './copy-jobs.ts';
import type { Tally } from './tally.ts';
import { wholeStep } from './whole-step.ts';

const OPEN = new Set(['waiting', 'delayed', 'active', 'blocked']);

/**
 * Copies the jobs that wait for others, with their open dependencies. A dependency must be there first, so a job is
 * tried again after the others, and stays behind when it waits for an active job.
 */
export async function copyBlocked(
  queues: readonly CopiedQueue[],
  tallyOf: (queue: CopiedQueue) => Tally,
  onJob: () => void,
): Promise<void> {
  let left: { readonly queue: CopiedQueue; readonly job: NewJob }[] = [];
  for (const queue of queues) {
    for await (const records of pagesOf(queue.from, 'blocked')) {
      for (const record of records) left.push({ queue, job: await dependentJob(queue, record) });
    }
  }
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    const next: typeof left = [];
    for (const each of left) {
      const outcome = await add(each.queue, each.job);
      if (outcome === 'missing') next.push(each);
      else {
        tallyOf(each.queue)[outcome] += 1;
        onJob();
      }
    }
    left = next;
  }
  for (const { queue } of left) tallyOf(queue).left += 1;
}

async function dependentJob(queue: CopiedQueue, record: JobRecord): Promise<NewJob> {
  const { name, from } = queue;
  const unmet: DependencyRecord[] = [];
  const job = { queueName: name, id: record.id };
  for await (const page of dependencyPages(from, { job, unmet: true, limit: 1000 })) {
    unmet.push(...page);
  }
  const open = unmet.filter(({ status }) => OPEN.has(status));
  // One that failed and makes the job fail is counted; one that does not is only unmet.
  const goesOn = open.length < unmet.length && record.dependencies?.failed === 0;
  return {
    ...copiedJob(await wholeStep(queue, record)),
    dependsOn: open.map(({ queueName, id }) => ({ queueName, id })),
    onDependencyFailure: goesOn ? 'continue' : 'fail',
  };
}

async function add({ to }: CopiedQueue, job: NewJob): Promise<'copied' | 'known' | 'missing'> {
  const { dependsOn = [], onDependencyFailure: _, ...plain } = job;
  try {
    const jobs = [job];
    const [result] =
      dependsOn.length === 0
        ? await to.add({ jobs: [plain] })
        : ((await to.workflows?.add({ jobs })) ?? []);
    if (result === undefined) return 'missing';
    return result.outcome === 'added' ? 'copied' : 'known';
  } catch (error) {
    if (isJobsError(error, 'JOBS_NOT_FOUND')) return 'missing';
    throw error;
  }
}
