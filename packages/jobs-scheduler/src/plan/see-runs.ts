import type { JobRecord } from '@philjs/jobs-core';
import type { RecentRun, ScheduleState } from '../spec/schedule-state.ts';

/** Says how the latest runs of a schedule are doing. */
export interface RunsSeen {
  /** Those a later tick may ask for again, oldest first. */
  readonly recent: readonly RecentRun[];
  /** Those whose job has not finished. */
  readonly unfinished: readonly RecentRun[];
  /** How many runs in a row have failed. */
  readonly failures: number;
}

/** How to learn of runs. */
export interface RunSource {
  /** Reads a job. */
  job(id: string): Promise<JobRecord | undefined>;
  /** Tells from the ledger how a run ended whose job is gone. */
  ended(run: RecentRun): Promise<RecentRun['ended']>;
}

/**
 * Looks at the jobs of a schedule's latest runs. A job counts as unfinished in any state but
 * completed, failed and cancelled: also when it waits to be retried, was put back by hand after it had failed,
 * or is held by a worker that died and has not lost it yet. One that was removed is finished.
 */
export async function seeRuns(state: ScheduleState, source: RunSource): Promise<RunsSeen> {
  const seen = await Promise.all(state.recent.map((run) => seeRun(run, source)));
  let { failures } = state;
  for (const [index, { ended }] of seen.entries()) {
    if (ended === undefined || state.recent[index]?.ended !== undefined) continue;
    if (ended === 'completed') failures = 0;
    if (ended === 'failed') failures += 1;
  }
  const unfinished = seen.filter((run) => run.ended === undefined);
  // The latest is kept when it has ended, for somebody may put its job back.
  const recent = seen.filter((run, index) => run.ended === undefined || index === seen.length - 1);
  return { recent, unfinished, failures };
}

async function seeRun({ jobId, tickAt, ended }: RecentRun, source: RunSource): Promise<RecentRun> {
  const job = await source.job(jobId);
  const run = { jobId, tickAt };
  if (job === undefined) return { ...run, ended: ended ?? (await source.ended(run)) ?? 'other' };
  if (job.status === 'completed') return { ...run, ended: 'completed' };
  if (job.status === 'cancelled') return { ...run, ended: 'other' };
  return job.status === 'failed' ? { ...run, ended: 'failed' } : run;
}
