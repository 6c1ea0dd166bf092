import type { JobStatus } from '@philjs/jobs-core';
import type { Backend, JobRecord, NewJob } from '@philjs/jobs-core/backend';
import { copiedJob } from './copied-job.ts';
import { takingSteps } from './taking-steps.ts';
import type { Tally } from './tally.ts';
import { wholeStep } from './whole-step.ts';

/** How many jobs are read and stored at once: large payloads fit into memory. */
const PAGE = 200;

/** Holds the two sides of a queue that is copied. */
export interface CopiedQueue {
  readonly name: string;
  readonly from: Backend;
  readonly to: Backend;
}

/** Reads all jobs of a state, in the order of the queue, a page at a time. */
export async function* pagesOf(
  from: Backend,
  status: JobStatus,
): AsyncGenerator<readonly JobRecord[]> {
  let cursor: string | undefined;
  do {
    const page = await from.list({
      statuses: [status],
      order: 'oldest',
      limit: PAGE,
      ...(cursor !== undefined && { cursor }),
    });
    // Where a job moved on meanwhile, a page may hold jobs of its next state.
    yield page.jobs.filter((job) => job.status === status);
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** Copies the jobs of a state. A job whose id is known in the other store was copied before. */
export async function copyJobs(
  queue: CopiedQueue,
  status: 'delayed' | 'waiting',
  tally: Tally,
  onJob: () => void,
): Promise<void> {
  for await (const jobs of pagesOf(queue.from, status)) {
    const copies = await Promise.all(jobs.map((job) => copyOf(queue, job)));
    if (copies.length > 0) await addAll(queue.to, copies, tally);
    for (const _ of jobs) onJob();
  }
}

async function copyOf(queue: CopiedQueue, job: JobRecord): Promise<NewJob> {
  return takingSteps(queue, copiedJob(await wholeStep(queue, job)));
}

async function addAll(to: Backend, jobs: readonly NewJob[], tally: Tally): Promise<void> {
  const results = await to.add({ jobs });
  const again: NewJob[] = [];
  for (const [index, { id, outcome }] of results.entries()) {
    const job = jobs[index];
    if (outcome === 'added') tally.copied += 1;
    else if (job === undefined || job.id === id) tally.known += 1;
    else again.push(job);
  }
  // Two jobs may have had one key after each other, as when its time was over. Both are to run.
  if (again.length === 0) return;
  await addAll(
    to,
    again.map(({ deduplication: _, ...job }) => job),
    tally,
  );
}
