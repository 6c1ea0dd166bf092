import type { TickEntry } from '@philjs/jobs-core/backend';
import { type FireCause, type SkipReason, type TickDetail, tickDetail } from './tick-detail.ts';

/**
 * Names the status of a tick.
 *
 * - `scheduled`: its job has not started. `running`: its job runs, or is waiting for its next attempt or for its children.
 * - `completed`, `failed`, `cancelled`: its job ended. `removed`: its job is gone, and its end was not recorded.
 * - `buffered`: it is waiting for an earlier run to finish. `skipped`: it was not fired; `reason` says why.
 */
export type JobRunStatus =
  | 'scheduled'
  | 'running'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'removed'
  | 'buffered'
  | 'skipped';

/** Describes one tick of a schedule, and the run it led to. */
export interface JobRun {
  /** Identifies the tick among all schedules. */
  readonly id: string;
  /** The schedule. */
  readonly scheduledJobId: string;
  /** The time the tick was planned for; for `trigger`, the time of the call. */
  readonly scheduledAt: Date;
  /** Its status. */
  readonly status: JobRunStatus;
  /** The job it enqueued, if it was fired; the one that holds the key, if it was deduplicated. */
  readonly jobId?: string;
  /** Why it was fired. */
  readonly cause?: FireCause;
  /** When it was fired. */
  readonly firedAt?: Date;
  /** How long after its planned time it was fired, in milliseconds. */
  readonly latenessMs?: number;
  /** Why it was skipped. */
  readonly reason?: SkipReason;
  /** The last tick of this entry, if it stands for several: there were too many to list. */
  readonly until?: Date;
  /** The process that fired or skipped it, as `host:pid`. */
  readonly process: string;
  /** When its job last started. */
  readonly startedAt?: Date;
  /** When its job ended. */
  readonly finishedAt?: Date;
  /** Why its job failed, in one line. */
  readonly error?: string;
}

/** Makes the public form of a ledger entry; `undefined` for an entry of another version. */
export function toJobRun(entry: TickEntry, isRunning: boolean): JobRun | undefined {
  const detail = tickDetail(entry);
  if (detail === undefined || detail.status === 'ended') return undefined;
  const { scheduleId, tickAt } = entry;
  const base = {
    id: `${scheduleId}:${new Date(tickAt).toISOString()}`,
    scheduledJobId: scheduleId,
    scheduledAt: new Date(tickAt),
    process: detail.process,
  };
  if (detail.status === 'buffered') return { ...base, status: 'buffered' };
  if (detail.status === 'skipped') {
    const { reason, until, jobId } = detail;
    return {
      ...base,
      status: 'skipped',
      reason,
      ...(jobId !== undefined && { jobId }),
      ...(until !== undefined && { until: new Date(until) }),
    };
  }
  return { ...base, ...firedPart(detail, tickAt, isRunning) };
}

function firedPart(
  detail: Extract<TickDetail, { status: 'fired' }>,
  tickAt: number,
  isRunning: boolean,
): Omit<JobRun, 'id' | 'scheduledJobId' | 'scheduledAt' | 'process'> {
  const { startedAt, finishedAt, error } = detail;
  return {
    status: detail.outcome ?? (isRunning ? 'running' : 'scheduled'),
    jobId: detail.jobId,
    cause: detail.cause,
    firedAt: new Date(detail.firedAt),
    latenessMs: Math.max(0, detail.firedAt - tickAt),
    ...(startedAt !== undefined && { startedAt: new Date(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt) }),
    ...(error !== undefined && { error }),
  };
}
