import type { Backend, ScheduleStore, TickEntry } from '@philjs/jobs-core/backend';
import { type JobRun, toJobRun } from './job-run.ts';
import { packEntry } from './packed-detail.ts';
import { withOutcome } from './run-outcome.ts';
import { tickDetail, tickEntry } from './tick-detail.ts';

/** Selects the part of the ledger to read. */
export interface HistoryQuery {
  readonly backend: Backend;
  readonly store: ScheduleStore;
  readonly id: string | undefined;
  readonly limit: number;
}

/** How many jobs are read at once. */
const AT_ONCE = 20;

/**
 * Reads the ledger, latest tick first. Looks up the outcome of jobs whose end is not in the ledger yet, and writes
 * it there; also notes when a failed job was put back.
 */
export async function readHistory({ backend, store, id, limit }: HistoryQuery): Promise<JobRun[]> {
  const entries = await store.history({ limit, ...(id !== undefined && { id }) });
  const runs: JobRun[] = [];
  const learned: TickEntry[] = [];
  for (let start = 0; start < entries.length; start += AT_ONCE) {
    const batch = entries.slice(start, start + AT_ONCE);
    for (const { entry, isNew, isRunning } of await Promise.all(
      batch.map((one) => look(backend, one)),
    )) {
      if (isNew) learned.push(entry);
      const run = toJobRun(entry, isRunning);
      if (run !== undefined) runs.push(run);
    }
  }
  if (learned.length > 0) await store.record({ entries: learned.map(packEntry), known: true });
  return runs;
}

interface Looked {
  readonly entry: TickEntry;
  readonly isNew: boolean;
  readonly isRunning: boolean;
}

async function look(backend: Backend, entry: TickEntry): Promise<Looked> {
  const detail = tickDetail(entry);
  const open = detail?.status === 'fired' && !isSettled(detail.outcome);
  if (!open) return { entry, isNew: false, isRunning: false };
  const job = await backend.get({ id: detail.jobId });
  const settled = withOutcome(detail, job);
  // A token above 0 means that the job has started at least once; it may be waiting for children that it added.
  const isRunning = job !== undefined && job.fencingToken > 0;
  if (settled === undefined) return { entry, isNew: false, isRunning };
  return { entry: tickEntry(entry.scheduleId, entry.tickAt, settled), isNew: true, isRunning };
}

/** Returns whether an outcome is final: a failed job may be put back. */
function isSettled(outcome: string | undefined): boolean {
  return outcome === 'completed' || outcome === 'removed';
}
