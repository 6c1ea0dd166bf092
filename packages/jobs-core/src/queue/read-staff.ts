import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { type SeenWorker, WORKER_ALIVE_MS } from '../contract/worker-info.ts';
import { isHeldBy } from '../run/held-by.ts';

/** How many active jobs are looked at for leases that ended: those that started first. */
const LOOKED_AT = 100;

/** Says who works on a queue, and which of its active jobs no worker holds. */
export interface Staff {
  /**
   * The workers that are alive: seen within {@link WORKER_ALIVE_MS}, and not the holder of a lease that has ended, which a live
   * one would have renewed. Absent where the backend lists no workers.
   */
  readonly alive?: readonly SeenWorker[];
  /** The active jobs whose lease has ended, of the 100 that started first. */
  readonly lost: readonly JobRecord[];
  /**
   * Those that no worker takes back: all where none is alive, else those whose lease ended longer than
   * {@link WORKER_ALIVE_MS} ago.
   */
  readonly abandoned: readonly JobRecord[];
}

/** Finds out who works on a queue: the one rule of `explain`, `doctor`, the health, the dashboard and the metrics. */
export async function readStaff(backend: Backend, now: number): Promise<Staff> {
  const [workers, { jobs: active }] = await Promise.all([
    backend.workers?.list(),
    backend.list({ statuses: ['active'], order: 'oldest', limit: LOOKED_AT }),
  ]);
  const lost = active.filter(({ lease }) => lease?.hasEnded === true);
  if (workers === undefined) return { lost, abandoned: lost.filter((job) => isLate(job, now)) };
  const alive = workers.filter((worker) => isAlive(worker, active));
  const isTakenBack = (job: JobRecord): boolean => alive.length > 0 && !isLate(job, now);
  return { alive, lost, abandoned: lost.filter((job) => !isTakenBack(job)) };
}

/** Returns whether a listed worker lives: it holds a lease, or was seen since the one that it lost has ended. */
function isAlive({ id, seenAt }: SeenWorker, active: readonly JobRecord[]): boolean {
  const own = active.filter(({ worker }) => isHeldBy(worker, id));
  if (own.length === 0) return true;
  return own.some(({ lease }) => lease?.hasEnded !== true || (lease.endsAt ?? seenAt) < seenAt);
}

/** Returns whether a lease ended so long ago that a live worker would have taken its job back. */
function isLate({ lease }: JobRecord, now: number): boolean {
  return lease?.endsAt !== undefined && lease.endsAt <= now - WORKER_ALIVE_MS;
}
