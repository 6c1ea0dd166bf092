import { createHash } from 'node:crypto';
import type { Job } from '@philjs/jobs-core';
import type { SearchedJob } from '@philjs/jobs-core/internal';
import { isAcknowledged } from './acknowledgement.ts';
import { normaliseMessage } from './normalise-message.ts';

/** Describes the failed jobs of one queue that have the same cause. */
export interface FailureGroup {
  /** Identifies the cause: `group:` in a search finds its jobs, in each queue. */
  readonly key: string;
  /** How many jobs of each name belong to the group. */
  readonly names: ReadonlyMap<string, number>;
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
  /** When each of its jobs failed, in epoch milliseconds. */
  readonly times: readonly number[];
  /** The id of the latest job. */
  readonly sampleId: string;
  /** The full message of the latest job. */
  readonly sample: string;
}

/** Returns the key of a failed job's cause: the same in every queue and process, whatever the name of the job. */
export function groupKey({ error }: Pick<SearchedJob, 'error'>): string {
  const cause = [error?.name, error?.code, normaliseMessage(error?.message ?? '')];
  return createHash('sha256').update(JSON.stringify(cause)).digest('hex').slice(0, 12);
}

/** Groups failed jobs by cause, the largest group first. */
export function groupFailures(jobs: readonly Job[]): FailureGroup[] {
  const groups = new Map<string, Job[]>();
  for (const job of jobs) {
    if (job.status !== 'failed') continue;
    const key = groupKey(job);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [job]);
    else known.push(job);
  }
  return [...groups].map(([key, own]) => groupOf(key, own)).sort(bySize);
}

/** Orders what failed by the number of jobs, the latest first where it is the same. */
export function bySize(
  a: { readonly count: number; readonly lastAt: number },
  b: { readonly count: number; readonly lastAt: number },
): number {
  return b.count - a.count || b.lastAt - a.lastAt;
}

function groupOf(key: string, jobs: readonly Job[]): FailureGroup {
  const latest = jobs.reduce((last, job) => (failedAt(job) > failedAt(last) ? job : last));
  const { id, error } = latest;
  const names = new Map<string, number>();
  for (const { name } of jobs) names.set(name, (names.get(name) ?? 0) + 1);
  const times = jobs.map(failedAt).sort((a, b) => a - b);
  const open = jobs.filter((job) => !isAcknowledged(job)).map(failedAt);
  const firstAt = times[0] ?? 0;
  return {
    key,
    names,
    errorName: error?.name ?? 'Error',
    ...(error?.code !== undefined && { code: error.code }),
    message: normaliseMessage(error?.message ?? ''),
    count: jobs.length,
    unattended: open.length,
    openSince: open.reduce((first, at) => Math.min(first, at), open[0] ?? firstAt),
    firstAt,
    lastAt: failedAt(latest),
    times,
    sampleId: id,
    sample: (error?.message ?? '').slice(0, 300),
  };
}

function failedAt({ finishedAt, createdAt }: Job): number {
  return (finishedAt ?? createdAt).getTime();
}
