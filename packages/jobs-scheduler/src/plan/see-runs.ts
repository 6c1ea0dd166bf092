import type { JobRecord } from '@philjs/jobs-core/backend';
import type { ScheduleSpec } from '../spec/schedule-spec.ts';
import type { RecentRun, ScheduleState } from '../spec/schedule-state.ts';

/** Describes the state of the runs of a schedule. */
export interface RunsSeen {
  /** The latest runs, oldest first: a later tick may have to look again how they ended. */
  readonly recent: readonly RecentRun[];
  /** The jobs of the runs in the way: that have not ended, and for which the policy has a tick wait. */
  readonly unfinished: readonly string[];
  /** How many runs in a row have failed. */
  readonly failures: number;
}

/** Reads the state of runs. */
export interface RunSource {
  /** Lists the jobs that have not ended. */
  live(): Promise<readonly string[]>;
  /** Reads a job. */
  job(id: string): Promise<JobRecord | undefined>;
  /** Reads from the ledger how a run ended whose job is gone. */
  ended(run: RecentRun): Promise<RecentRun['ended']>;
}

/**
 * Reads the runs of a schedule. The store counts those that have not ended: also one that is waiting for a retry,
 * was put back by hand after it failed, or is held by a dead worker whose lease has not run out. Where failures pause
 * the schedule, looks how the latest ones ended.
 */
export async function seeRuns(
  { overlap, pauseOnFailure }: Pick<ScheduleSpec, 'overlap' | 'pauseOnFailure'>,
  state: ScheduleState,
  source: RunSource,
): Promise<RunsSeen> {
  const unfinished = await inTheWay(overlap, state, source);
  let { failures, recent } = state;
  if (pauseOnFailure === undefined) return { recent: recent.slice(-1), unfinished, failures };
  const seen = await Promise.all(recent.map((run) => seeRun(run, source)));
  for (const [index, { ended }] of seen.entries()) {
    if (ended === undefined || recent[index]?.ended !== undefined) continue;
    if (ended === 'completed') failures = 0;
    if (ended === 'failed') failures += 1;
  }
  // Keeps the latest run although it has ended: its job may be put back.
  recent = seen.filter((run, index) => run.ended === undefined || index === seen.length - 1);
  return { recent, unfinished, failures };
}

/** Lists the runs that a tick waits for. Where runs may overlap, only a tick of a backfill waits, for the one before. */
async function inTheWay(
  overlap: ScheduleSpec['overlap'],
  { served }: ScheduleState,
  source: RunSource,
): Promise<readonly string[]> {
  if (overlap !== 'allow') return source.live();
  if (served === undefined) return [];
  return (await source.live()).filter((jobId) => jobId === served);
}

async function seeRun({ jobId, tickAt, ended }: RecentRun, source: RunSource): Promise<RecentRun> {
  const job = await source.job(jobId);
  const run = { jobId, tickAt };
  if (job === undefined) return { ...run, ended: ended ?? (await source.ended(run)) ?? 'other' };
  if (job.status === 'completed') return { ...run, ended: 'completed' };
  if (job.status === 'cancelled') return { ...run, ended: 'other' };
  return job.status === 'failed' ? { ...run, ended: 'failed' } : run;
}
