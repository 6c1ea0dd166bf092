import type { Backend, JobPage } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { type SeenWorker, WORKER_ALIVE_MS } from '../contract/worker-info.ts';
import { isHeldBy } from '../run/held-by.ts';

/** How many active jobs are read at once. */
const PAGE = 500;

/** An active job, as far as it tells who holds it. */
export type HeldJob = Pick<JobRecord, 'id' | 'worker' | 'lease'>;

/** Says who works on a queue, and which of its active jobs no worker holds. */
export interface Staff {
  /**
   * The workers that are alive: seen within {@link WORKER_ALIVE_MS}, and not the holder of a lease that has ended, which a live
   * one would have renewed. Absent where the backend lists no workers.
   */
  readonly alive?: readonly SeenWorker[];
  /** The active jobs whose lease has ended. */
  readonly lost: readonly HeldJob[];
  /**
   * Those that no worker takes back: all where none is alive, else those whose lease ended longer than
   * {@link WORKER_ALIVE_MS} ago.
   */
  readonly abandoned: readonly HeldJob[];
}

/** Finds out who works on a queue: the one rule of `explain`, `doctor`, the health, the dashboard and the metrics. */
export async function readStaff(backend: Backend, now: number): Promise<Staff> {
  const [workers, active] = await Promise.all([backend.workers?.list(), readHeld(backend)]);
  const lost = active.filter(({ lease }) => lease?.hasEnded === true);
  if (workers === undefined) return { lost, abandoned: lost.filter((job) => isLate(job, now)) };
  const alive = workers.filter((worker) => isAlive(worker, active));
  const isTakenBack = (job: HeldJob): boolean => alive.length > 0 && !isLate(job, now);
  return { alive, lost, abandoned: lost.filter((job) => !isTakenBack(job)) };
}

/** Reads who holds each active job, page by page; one that starts again meanwhile counts as it is then. */
async function readHeld(backend: Backend): Promise<readonly HeldJob[]> {
  const held = new Map<string, HeldJob>();
  let after: { readonly cursor?: string } | undefined = {};
  while (after !== undefined) {
    const asked = { statuses: ['active'], order: 'oldest', limit: PAGE, ...after } as const;
    const { jobs, cursor }: JobPage = await backend.list(asked);
    for (const { id, worker, lease } of jobs) {
      held.set(id, { id, ...(worker && { worker }), ...(lease && { lease }) });
    }
    after = cursor === undefined ? undefined : { cursor };
  }
  return [...held.values()];
}

/** Returns whether a listed worker lives: it holds a lease, or was seen since the one that it lost has ended. */
function isAlive({ id, seenAt }: SeenWorker, active: readonly HeldJob[]): boolean {
  const own = active.filter(({ worker }) => isHeldBy(worker, id));
  if (own.length === 0) return true;
  return own.some(({ lease }) => lease?.hasEnded !== true || (lease.endsAt ?? seenAt) < seenAt);
}

/** Returns whether a lease ended so long ago that a live worker would have taken its job back. */
function isLate({ lease }: HeldJob, now: number): boolean {
  return lease?.endsAt !== undefined && lease.endsAt <= now - WORKER_ALIVE_MS;
}
