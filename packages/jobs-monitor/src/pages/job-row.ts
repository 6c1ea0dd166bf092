import type { Job, JobStatus } from '@philjs/jobs-core';
import { toPlain } from '@philjs/jobs-core/redact';
import { prettyValue } from './job/pretty-value.ts';

/** Holds a job's row in a list. Times are epoch milliseconds; all values are masked. */
export interface JobRow {
  readonly id: string;
  readonly name: string;
  readonly status: JobStatus;
  /** When the job reached its state: was finished, started or enqueued; for a delayed job, when it is due. */
  readonly at: number;
  readonly attemptsMade: number;
  readonly maxAttempts: number;
  /** The progress, 0 to 100, where the job reports a number. */
  readonly percent?: number;
  /** How long its latest attempt ran. */
  readonly runMs?: number;
  /** The beginning of its payload, in one line. */
  readonly preview: string;
  /** Why its latest attempt failed, in one line. */
  readonly error?: string;
  /** Its tags. */
  readonly tags?: readonly string[];
}

/** Makes the row of a job that has been masked. */
export function jobRow(job: Job): JobRow {
  const { id, name, status, attemptsMade, maxAttempts, progress, error, processedAt, finishedAt } =
    job;
  const runs = processedAt !== undefined && finishedAt !== undefined;
  return {
    id,
    name,
    status,
    at: reachedAt(job).getTime(),
    attemptsMade,
    maxAttempts,
    preview: previewOf(job.payload),
    ...(typeof progress === 'number' && status === 'active' && { percent: progress }),
    ...(runs && { runMs: Math.max(0, finishedAt.getTime() - processedAt.getTime()) }),
    ...(job.tags && { tags: job.tags }),
    ...(error && { error: firstLine(error.message || error.name) }),
  };
}

function reachedAt({ status, runAt, finishedAt, processedAt, createdAt }: Job): Date {
  if (status === 'delayed') return runAt;
  if (status === 'active') return processedAt ?? createdAt;
  if (status === 'waiting' || status === 'blocked') return createdAt;
  return finishedAt ?? createdAt;
}

function previewOf(payload: unknown): string {
  if (payload === undefined || payload === null) return '';
  const { text } = prettyValue(toPlain(payload, () => undefined));
  return text.slice(0, 1000).replace(/\s+/g, ' ').slice(0, 160);
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 200);
}
