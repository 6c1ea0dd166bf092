import type { IQueue, Job } from '@philjs/jobs-core';
import { takeTurn } from '@philjs/jobs-core/internal';
import type { Redactor } from '@philjs/jobs-core/redact';
import { type FailureGroup, groupFailures } from './failure-group.ts';

const PAGE = 500;

/** Holds the groups that a scan of a queue's failed jobs found, and how far it has read. */
export interface FailureScan {
  /** The groups, the largest first. */
  readonly groups: readonly FailureGroup[];
  /** How many failed jobs were read. */
  readonly scanned: number;
  /** How many there are. */
  readonly total: number;
  /** Where to go on; absent when all were seen. */
  readonly cursor?: string;
}

/** Groups the failed jobs of a queue, newest first; reads no more jobs than the budget. */
export async function scanFailures(
  queue: IQueue,
  redactor: Redactor,
  {
    budget,
    cursor: start,
    total: known,
  }: {
    readonly budget: number;
    readonly cursor?: string | undefined;
    /** How many there are, if that is known. */
    readonly total?: number;
  },
): Promise<FailureScan> {
  const total = known ?? (await queue.getStats()).failed;
  const jobs: Job[] = [];
  let cursor = start;
  if (total === 0) return { groups: [], scanned: 0, total };
  do {
    const limit = Math.min(PAGE, budget - jobs.length);
    const page = await queue.getJobs({ status: 'failed', limit, cursor });
    for (const job of page.jobs) {
      jobs.push(causeOf(job, redactor));
      await takeTurn();
    }
    cursor = page.cursor;
  } while (cursor !== undefined && jobs.length < budget);
  const groups = groupFailures(jobs);
  return { groups, scanned: jobs.length, total, ...(cursor !== undefined && { cursor }) };
}

/** Masks the error of a job. Reads its payload only for secrets to mask, since no group shows payloads. */
function causeOf(job: Job, redactor: Redactor): Job {
  const { error } = redactor.row(job);
  return { ...job, ...(error && { error }) };
}
