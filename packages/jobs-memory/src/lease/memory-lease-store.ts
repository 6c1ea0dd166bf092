import type {
  JobRecord,
  Lease,
  LeaseCancellation,
  LeaseStore,
  StalledJob,
} from '@philjs/jobs-core';
import { copyFact, copyJob } from '../state/job-copy.ts';
import type { JobTable } from '../state/job-table.ts';
import { fromOffset, toOffset } from '../state/offset.ts';
import { rareOf, type StoredJob } from '../state/stored-job.ts';

type Params<TMethod extends 'claim' | 'extend' | 'complete' | 'release' | 'fail' | 'recover'> =
  Parameters<LeaseStore[TMethod]>[0];

/** Leases the jobs of a table to the consumers of one backend. Every method answers at once. */
export class MemoryLeaseStore implements LeaseStore {
  readonly #table: JobTable;
  #stopWatching = new Set<() => void>();
  #abandoned = false;

  constructor(table: JobTable) {
    this.#table = table;
  }

  /**
   * Cuts the consumers of this backend off, as if their process had died: they hold no lease any
   * more and get none. The jobs stay active until their leases have run out.
   */
  abandon(): void {
    this.#abandoned = true;
    for (const stop of this.#stopWatching) stop();
    this.#table.watchers.ready();
  }

  /** Hands out ready jobs; see {@link LeaseStore}. */
  claim(params: Params<'claim'>): { jobs: JobRecord[]; nextAt?: number } {
    const table = this.#table;
    const { limit, now, leaseUntil, concurrencyLimits } = params;
    const jobs: JobRecord[] = [];
    if (this.#abandoned) return { jobs };
    table.promoteDue(now);
    if (concurrencyLimits.size > 0) {
      table.waiting.adopt(concurrencyLimits, table.active.ascending());
    }
    while (!table.paused && jobs.length < limit) {
      const job = table.waiting.take(concurrencyLimits);
      if (job === undefined) break;
      table.activate(job, now, leaseUntil);
      jobs.push(copyJob(job));
    }
    if (jobs.length === limit) return { jobs };
    const nextAt = this.#nextAt();
    return nextAt === undefined ? { jobs } : { jobs, nextAt };
  }

  /** Renews leases; see {@link LeaseStore}. */
  extend({ leases, leaseUntil }: Params<'extend'>): {
    lost: Lease[];
    cancelled: LeaseCancellation[];
  } {
    const lost: Lease[] = [];
    const cancelled: LeaseCancellation[] = [];
    for (const lease of leases) {
      const job = this.held(lease);
      if (job === undefined) {
        lost.push(lease);
        continue;
      }
      this.#table.active.delete(job);
      job.rank = toOffset(leaseUntil);
      this.#table.active.insert(job);
      const request = job.rare?.cancelRequested;
      if (request !== undefined) cancelled.push({ lease, ...request });
    }
    return { lost, cancelled };
  }

  /** Completes a job; see {@link LeaseStore}. */
  complete({ lease, result, now }: Params<'complete'>): boolean {
    const job = this.held(lease);
    if (job === undefined) return false;
    const table = this.#table;
    table.leave(job);
    job.attemptsMade += 1;
    job.result = result;
    if (job.rare !== undefined) {
      job.rare.error = undefined;
      job.rare.snoozeReason = undefined;
    }
    table.finish(job, 'completed', now);
    if (table.events.listening) {
      const { id, name } = job;
      table.events.emit({ type: 'completed', jobId: id, name, at: now, result: copyFact(result) });
    }
    table.tellDrained(now);
    table.tellReady();
    return true;
  }

  /** Puts a job back; see {@link LeaseStore}. */
  release({ lease, runAt, now, error, failures, snoozeReason }: Params<'release'>): boolean {
    const job = this.held(lease);
    if (job === undefined) return false;
    const table = this.#table;
    const { id, name } = job;
    const rare = rareOf(job);
    table.leave(job);
    job.runAt = runAt;
    rare.snoozeReason = snoozeReason;
    if (error !== undefined) {
      job.attemptsMade += 1;
      rare.error = error;
      rare.failures = failures;
    }
    table.place(job, now);
    if (error !== undefined && table.events.listening) {
      const event = { jobId: id, name, at: now, runAt, error: copyFact(error) };
      table.events.emit({ type: 'retrying', ...event });
    }
    table.tellPlaced(job, now);
    table.tellReady();
    return true;
  }

  /** Fails a job; see {@link LeaseStore}. */
  fail({ lease, error, failures, attemptUsed, now }: Params<'fail'>): boolean {
    const job = this.held(lease);
    if (job === undefined) return false;
    const table = this.#table;
    if (attemptUsed) job.attemptsMade += 1;
    rareOf(job).failures = failures;
    table.leave(job);
    table.fail(job, error, now);
    table.tellFailed(job, error, now);
    table.tellReady();
    return true;
  }

  /** Takes back the jobs whose lease has run out; see {@link LeaseStore}. */
  recover({ now, maxStalledCount, stalledError }: Params<'recover'>): StalledJob[] {
    const table = this.#table;
    const stalled: StalledJob[] = [];
    if (this.#abandoned) return stalled;
    // The last one first, so that they stand ahead of others in the order in which they had started.
    for (const job of endedLeases(table, now).reverse()) {
      const { id, name, fencingToken } = job;
      const rare = rareOf(job);
      rare.stalledCount += 1;
      rare.snoozeReason = undefined;
      const failed = rare.stalledCount > maxStalledCount;
      table.leave(job);
      if (failed) table.fail(job, stalledError, now);
      else table.wait(job, 'ahead');
      table.tell('stalled', job, now);
      if (failed) table.tellFailed(job, stalledError, now);
      else table.tell('waiting', job, now);
      stalled.push({ lease: { id, fencingToken }, name, failed });
    }
    table.tellReady();
    return stalled;
  }

  /** Tells a consumer what it need not wait for; see {@link LeaseStore}. */
  watch(watcher: Parameters<NonNullable<LeaseStore['watch']>>[0]): () => void {
    const remove = this.#table.watchers.add(watcher);
    const stop = (): void => {
      remove();
      this.#stopWatching.delete(stop);
    };
    this.#stopWatching.add(stop);
    return stop;
  }

  /** Finds the job of a lease, if it is still held by this backend's consumers. */
  held(lease: Lease): StoredJob | undefined {
    const job = this.#abandoned ? undefined : this.#table.get(lease.id);
    return job?.status === 'active' && job.fencingToken === lease.fencingToken ? job : undefined;
  }

  #nextAt(): number | undefined {
    const runAt = this.#table.delayed.first()?.rank ?? Number.POSITIVE_INFINITY;
    const leaseEnd = this.#table.active.first()?.rank ?? Number.POSITIVE_INFINITY;
    const next = Math.min(runAt, leaseEnd);
    return next === Number.POSITIVE_INFINITY ? undefined : fromOffset(next);
  }
}

function endedLeases(table: JobTable, now: number): StoredJob[] {
  const ended: StoredJob[] = [];
  const over = toOffset(now);
  for (const job of table.active.ascending()) {
    if (job.rank > over) break;
    ended.push(job);
  }
  return ended;
}
