import { isJobsError } from '@philjs/jobs-core';
import type { DependencyRecord, JobRecord, NewJob } from '@philjs/jobs-core/backend';
import { countFailing, dependencyPages } from '@philjs/jobs-core/internal';
import { copiedJob } from './copied-job.ts';
import { type CopiedQueue, pagesOf } from './copy-jobs.ts';
import { takingSteps } from './taking-steps.ts';
import type { Tally } from './tally.ts';
import { wholeStep } from './whole-step.ts';

/** A job to copy, and its queue. */
interface Waiting {
  readonly queue: CopiedQueue;
  readonly job: NewJob;
}

const OPEN = new Set(['waiting', 'delayed', 'active', 'blocked']);

/**
 * Copies the jobs that wait for others, with their open dependencies. A dependency must be there first, so a job is
 * tried again after the others, and stays behind when it waits for an active job. One that is to fail for another stays
 * behind, too: without that it would run.
 */
export async function copyBlocked(
  queues: readonly CopiedQueue[],
  tallyOf: (queue: CopiedQueue) => Tally,
  onJob: () => void,
): Promise<void> {
  let left: Waiting[] = [];
  for (const queue of queues) {
    const { waiting, failing } = await blockedOf(queue);
    tallyOf(queue).left += failing;
    left.push(...waiting);
  }
  for (let before = Number.POSITIVE_INFINITY; left.length > 0 && left.length < before; ) {
    before = left.length;
    const next: Waiting[] = [];
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

/** Reads the blocked jobs of a queue; of those that are to fail for another, only how many there are. */
async function blockedOf(queue: CopiedQueue): Promise<{ waiting: Waiting[]; failing: number }> {
  const waiting: Waiting[] = [];
  let failing = 0;
  for await (const records of pagesOf(queue.from, 'blocked')) {
    for (const record of records) {
      const { dependencies } = record;
      if (dependencies && countFailing(dependencies) > 0) failing += 1;
      else waiting.push({ queue, job: await dependentJob(queue, record) });
    }
  }
  return { waiting, failing };
}

async function dependentJob(queue: CopiedQueue, record: JobRecord): Promise<NewJob> {
  const { name, from } = queue;
  const unmet: DependencyRecord[] = [];
  const job = { queueName: name, id: record.id };
  for await (const page of dependencyPages(from, { job, unmet: true, limit: 1000 })) {
    unmet.push(...page);
  }
  const open = unmet.filter(({ status }) => OPEN.has(status));
  return {
    ...(await takingSteps(queue, copiedJob(await wholeStep(queue, record)))),
    dependsOn: open.map(({ queueName, id }) => ({ queueName, id })),
    onDependencyFailure: open.every(({ isTolerated }) => isTolerated) ? 'continue' : 'fail',
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
