import type { JobRecord } from '@philjs/jobs-core/backend';
import { errorLine, type FiredDetail } from './tick-detail.ts';

/** Adds the job's outcome to the ledger detail of a run; `undefined` when it has not ended, or the outcome is there. */
export function withOutcome(
  detail: FiredDetail,
  job: JobRecord | undefined,
): FiredDetail | undefined {
  if (job === undefined) {
    return detail.outcome === undefined ? { ...detail, outcome: 'removed' } : undefined;
  }
  if (!hasEnded(job)) {
    return detail.outcome === undefined ? undefined : withoutOutcome(detail);
  }
  if (job.status === detail.outcome && job.finishedAt === detail.finishedAt) return undefined;
  const { processedAt, finishedAt, error } = job;
  return {
    ...withoutOutcome(detail),
    outcome: job.status,
    ...(processedAt !== undefined && { startedAt: processedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(job.status === 'failed' && error !== undefined && { error: errorLine(error) }),
  };
}

/** Returns whether a job has completed, failed or been cancelled. */
export function hasEnded(job: JobRecord): job is JobRecord & {
  readonly status: 'completed' | 'failed' | 'cancelled';
} {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'cancelled';
}

/** Returns the ledger detail of a run whose job was put back. */
function withoutOutcome({ status, cause, firedAt, process, jobId }: FiredDetail): FiredDetail {
  return { status, cause, firedAt, process, jobId };
}
