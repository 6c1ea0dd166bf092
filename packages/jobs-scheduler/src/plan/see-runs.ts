import type { JobRecord } from '@philjs/jobs-core';
import type { RecentRun, ScheduleState } from '../spec/schedule-state.ts';

/** Says how the runs of a schedule are doing. */
export interface RunsSeen {
  /** The latest, of which a later tick may ask again how they ended, oldest first. */
  readonly recent: readonly RecentRun[];
  /** The jobs of all runs that have not ended. */
  readonly unfinished: readonly string[];
  /** How many runs in a row have failed. */
  readonly failures: number;
}

/** How to learn of runs. */
export interface RunSource {
  /** Lists the jobs that have not ended. */
  live(): Promise<readonly string[]>;
  /** Reads a job. */
  job(id: string): Promise<JobRecord | undefined>;
  /** Tells from the ledger how a run ended whose job is gone. */
  ended(run: RecentRun): Promise<RecentRun['ended']>;
}

/**
 * Looks at the runs of a schedule. The store counts those that have not ended: also one that waits to be
 * retried, was put back by hand after it had failed, or is held by a worker that died and has not lost it
 * yet. With `countsFailures`, looks how the latest ones ended.
 */
export async function seeRuns(
  state: ScheduleState,
  source: RunSource,
  countsFailures: boolean,
): Promise<RunsSeen> {
  const unfinished = await source.live();
  let { failures, recent } = state;
  if (!countsFailures) return { recent: recent.slice(-1), unfinished, failures };
  const seen = await Promise.all(recent.map((run) => seeRun(run, source)));
  for (const [index, { ended }] of seen.entries()) {
    if (ended === undefined || recent[index]?.ended !== undefined) continue;
    if (ended === 'completed') failures = 0;
    if (ended === 'failed') failures += 1;
  }
  // The latest is kept when it has ended, for somebody may put its job back.
  recent = seen.filter((run, index) => run.ended === undefined || index === seen.length - 1);
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
