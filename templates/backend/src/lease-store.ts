import type { JobRecord, Lease, SimpleStore, StalledJob } from '@philjs/jobs-core';
import { finishJob } from './finish-job.ts';
import type { JobTable } from './job-table.ts';
import { type StoredJob, toRecord } from './stored-job.ts';
import type { WakeUps } from './wake-ups.ts';

type Params<TMethod extends Exclude<keyof SimpleStore, 'watch'>> = Parameters<
  SimpleStore[TMethod]
>[0];
/** How many delayed jobs one call makes ready: any number may be due. */
const MOST_PROMOTED = 1000;
const ALL = { order: 'oldest', limit: Number.MAX_SAFE_INTEGER } as const;

/** Leases jobs to core's worker loop: each method is one change of the table. */
export class TableLeaseStore implements SimpleStore {
  readonly #table: JobTable;
  readonly #wakeUps: WakeUps;

  constructor(table: JobTable, wakeUps: WakeUps) {
    this.#table = table;
    this.#wakeUps = wakeUps;
  }

  claim(params: Params<'claim'>): { jobs: JobRecord[]; nextAt?: number } {
    return this.#table.atomically(() => {
      const { limit, now, leaseUntil } = params;
      this.#promote(now);
      const ready = this.#table.isPaused
        ? []
        : this.#table.page({ status: 'waiting', order: 'oldest', limit });
      const jobs = ready.map(({ job }) => {
        const fencingToken = job.fencingToken + 1;
        const active = { ...job, status: 'active' as const, processedAt: now, fencingToken };
        this.#table.put({ ...active, leaseUntil });
        return toRecord({ ...active, leaseUntil });
      });
      const nextAt = jobs.length < limit ? this.#nextAt() : undefined;
      return nextAt === undefined ? { jobs } : { jobs, nextAt: Math.max(nextAt, now) };
    });
  }

  extend({ leases, leaseUntil }: Params<'extend'>): Awaited<ReturnType<SimpleStore['extend']>> {
    return this.#table.atomically(() => {
      const held = leases.map((lease) => ({ lease, job: this.#held(lease) }));
      for (const { job } of held) if (job !== undefined) this.#table.put({ ...job, leaseUntil });
      return {
        lost: held.filter(({ job }) => job === undefined).map(({ lease }) => lease),
        cancelled: held.flatMap(({ lease, job }) =>
          job?.cancelRequested ? [{ lease, ...job.cancelRequested }] : [],
        ),
      };
    });
  }

  complete({ lease, result, now }: Params<'complete'>): boolean {
    return this.#change(lease, ({ error, ...job }) => {
      const done = { ...job, status: 'completed' as const, attemptsMade: job.attemptsMade + 1 };
      finishJob(this.#table, { ...done, finishedAt: now, ...(result !== undefined && { result }) });
    });
  }

  release(params: Params<'release'>): boolean {
    const { lease, runAt, now, error, failures, snoozeReason, ahead = false } = params;
    return this.#change(lease, (job, before) => {
      if (ahead) {
        const { snoozeReason: kept } = before;
        const waiting = { ...job, status: 'waiting', ...(kept && { snoozeReason: kept }) } as const;
        this.#table.put(waiting, { ahead });
        return;
      }
      this.#table.put({
        ...job,
        status: runAt > now ? 'delayed' : 'waiting',
        runAt,
        attemptsMade: job.attemptsMade + (error === undefined ? 0 : 1),
        ...(error !== undefined && { error }),
        ...(failures !== undefined && { failures }),
        ...(snoozeReason !== undefined && { snoozeReason }),
      });
    });
  }

  fail({ lease, status, error, failures, attemptUsed, now }: Params<'fail'>): boolean {
    return this.#change(lease, (job) => {
      const attemptsMade = job.attemptsMade + (attemptUsed ? 1 : 0);
      const ended = { ...job, status, attemptsMade, error, failures };
      finishJob(this.#table, { ...ended, finishedAt: now });
    });
  }

  recover({ now, maxStalledCount, stalledError }: Params<'recover'>): StalledJob[] {
    return this.#table.atomically(() =>
      this.#active()
        .filter(({ leaseUntil = 0 }) => leaseUntil <= now)
        .reverse()
        .map((job) => {
          const { leaseUntil, snoozeReason, ...free } = job;
          const stalledCount = job.stalledCount + 1;
          const failed = stalledCount > maxStalledCount;
          const end = { status: 'failed', error: stalledError, finishedAt: now } as const;
          if (failed) finishJob(this.#table, { ...free, stalledCount, ...end });
          else this.#table.put({ ...free, stalledCount, status: 'waiting' }, { ahead: true });
          const { id, name, fencingToken } = job;
          return { lease: { id, fencingToken }, name, failed };
        }),
    );
  }

  watch(watcher: Parameters<NonNullable<SimpleStore['watch']>>[0]): () => void {
    return this.#wakeUps.watch(watcher);
  }

  /** Changes a job if the lease is held; what only an active job has is taken off it before. */
  #change(lease: Lease, change: (job: StoredJob, before: StoredJob) => void): boolean {
    return this.#table.atomically(() => {
      const held = this.#held(lease);
      if (held === undefined) return false;
      const { leaseUntil, snoozeReason, ...job } = held;
      change(job, held);
      this.#wakeUps.ready();
      return true;
    });
  }

  #held({ id, fencingToken }: Lease): StoredJob | undefined {
    const job = this.#table.get(id);
    return job?.status === 'active' && job.fencingToken === fencingToken ? job : undefined;
  }

  #active(): StoredJob[] {
    return this.#table.page({ status: 'active', ...ALL }).map(({ job }) => job);
  }

  #promote(now: number): void {
    const due = { status: 'delayed', order: 'oldest', limit: MOST_PROMOTED, upTo: now } as const;
    for (const { job } of this.#table.page(due)) {
      this.#table.put({ ...job, status: 'waiting' });
    }
  }

  /** Finds when the next delayed job is due or the next lease ends. */
  #nextAt(): number | undefined {
    const [delayed] = this.#table.page({ status: 'delayed', order: 'oldest', limit: 1 });
    const times = this.#active().map(({ leaseUntil = 0 }) => leaseUntil);
    if (delayed !== undefined) times.push(delayed.job.runAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}
