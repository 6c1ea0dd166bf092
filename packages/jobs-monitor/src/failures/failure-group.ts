import { createHash } from 'node:crypto';
import type { Job } from '@philjs/jobs-core';
import type { SearchedJob } from '@philjs/jobs-core/internal';
import { isAcknowledged } from './acknowledgement.ts';
import { normaliseMessage } from './normalise-message.ts';

/** Describes the failed jobs of one name that have the same cause. */
export interface FailureGroup {
  /** Identifies the group: `group:` in a search finds its jobs. */
  readonly key: string;
  /** The name of the jobs' definition. */
  readonly name: string;
  /** The name of the error. */
  readonly errorName: string;
  /** Its code, if it has one. */
  readonly code?: string;
  /** Its message, without the parts that differ from job to job. */
  readonly message: string;
  /** How many of the scanned jobs belong to the group. */
  readonly count: number;
  /** How many of them are not acknowledged. */
  readonly unattended: number;
  /** When the first unacknowledged job failed, in epoch milliseconds. */
  readonly openSince: number;
  /** When the first job of the group failed, in epoch milliseconds. */
  readonly firstAt: number;
  /** When the latest job of the group failed, in epoch milliseconds. */
  readonly lastAt: number;
  /** The id of the latest job. */
  readonly sampleId: string;
  /** The full message of the latest job. */
  readonly sample: string;
}

/** Returns the key of the group a failed job belongs to; the same cause gives the same key in every process. */
export function groupKey({ name, error }: Pick<SearchedJob, 'name' | 'error'>): string {
  const cause = [name, error?.name, error?.code, normaliseMessage(error?.message ?? '')];
  return createHash('sha256').update(JSON.stringify(cause)).digest('hex').slice(0, 12);
}

/** Groups failed jobs by cause, the largest group first. */
export function groupFailures(jobs: readonly Job[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const job of jobs) {
    if (job.status !== 'failed') continue;
    const key = groupKey(job);
    const known = groups.get(key);
    groups.set(key, known === undefined ? newGroup(key, job) : withJob(known, job));
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || b.lastAt - a.lastAt);
}

function newGroup(key: string, job: Job): FailureGroup {
  const { name, error } = job;
  const at = failedAt(job);
  return {
    key,
    name,
    errorName: error?.name ?? 'Error',
    ...(error?.code !== undefined && { code: error.code }),
    message: normaliseMessage(error?.message ?? ''),
    count: 1,
    unattended: isAcknowledged(job) ? 0 : 1,
    openSince: at,
    firstAt: at,
    lastAt: at,
    sampleId: job.id,
    sample: (error?.message ?? '').slice(0, 300),
  };
}

function withJob(group: FailureGroup, job: Job): FailureGroup {
  const at = failedAt(job);
  const isLater = at > group.lastAt;
  const isOpen = !isAcknowledged(job);
  return {
    ...group,
    count: group.count + 1,
    unattended: group.unattended + (isOpen ? 1 : 0),
    openSince: isOpen ? Math.min(at, group.unattended > 0 ? group.openSince : at) : group.openSince,
    firstAt: Math.min(group.firstAt, at),
    lastAt: Math.max(group.lastAt, at),
    ...(isLater && { sampleId: job.id, sample: (job.error?.message ?? '').slice(0, 300) }),
  };
}

function failedAt({ finishedAt, createdAt }: Job): number {
  return (finishedAt ?? createdAt).getTime();
}
