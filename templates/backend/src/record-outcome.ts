import type { EndedOutcome, Lease } from '@philjs/jobs-core/backend';
import type { Rows } from './engine-table.ts';
import { finishJob } from './finish-job.ts';
import type { StoredJob } from './stored-job.ts';

/** Finds the job of a lease, if it is held. */
export async function heldJob(rows: Rows, lease: Lease): Promise<StoredJob | undefined> {
  const job = await rows.get(lease.id);
  const isHeld = job?.status === 'active' && job.fencingToken === lease.fencingToken;
  return isHeld ? job : undefined;
}

/** Records how the run of a held job ended. Returns whether another one may be ready now. */
export async function recordOutcome(
  rows: Rows,
  held: StoredJob,
  outcome: EndedOutcome,
  now: number,
): Promise<boolean> {
  // What only an active job has is taken off it.
  const { leaseUntil, holder, snoozeReason, ...job } = held;
  switch (outcome.type) {
    case 'complete': {
      const { error, ...done } = job;
      const { result } = outcome;
      const attemptsMade = job.attemptsMade + 1;
      const end = { status: 'completed', attemptsMade, finishedAt: now } as const;
      await finishJob(rows, { ...done, ...end, ...(result !== undefined && { result }) });
      return false;
    }
    case 'retry': {
      const { error, failures, runAt } = outcome;
      const attemptsMade = job.attemptsMade + 1;
      const status = runAt > now ? 'delayed' : 'waiting';
      await rows.put({ ...job, attemptsMade, status, runAt, error, failures });
      return true;
    }
    case 'snooze': {
      const { runAt, reason } = outcome;
      const status = runAt > now ? 'delayed' : 'waiting';
      const ahead = reason === 'released' && status === 'waiting';
      await rows.put({ ...job, status, runAt, snoozeReason: reason }, { ahead });
      return true;
    }
    case 'unstarted': {
      const kept = snoozeReason === undefined ? {} : { snoozeReason };
      await rows.put({ ...job, ...kept, status: 'waiting' }, { ahead: true });
      return true;
    }
    case 'fail':
    case 'cancel': {
      const { error, failures, attemptUsed } = outcome;
      const status = outcome.type === 'fail' ? 'failed' : 'cancelled';
      const attemptsMade = job.attemptsMade + (attemptUsed ? 1 : 0);
      await finishJob(rows, { ...job, status, attemptsMade, error, failures, finishedAt: now });
      return false;
    }
  }
}
