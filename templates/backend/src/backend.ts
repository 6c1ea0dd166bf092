import {
  type AddResult,
  type Backend,
  type BackendContext,
  type BackendFactory,
  type CancelResult,
  type ConsumeParams,
  type Consumer,
  fromSimpleStore,
  JOB_STATUSES,
  type JobCounts,
  type JobPage,
  type JobRecord,
  type JobStatus,
  JobsError,
  type LeaseConsumer,
  type LeaseStore,
  type ListParams,
  type NewJob,
  startLeaseConsumer,
  type UpdateStore,
} from '@philjs/jobs-core';
import { capabilities, type EngineOptions, engineName, pollInterval } from './engine.ts';
import { finishJob } from './finish-job.ts';
import { JobTable } from './job-table.ts';
import { TableLeaseStore } from './lease-store.ts';
import { listJobs } from './list-jobs.ts';
import { newStoredJob, type StoredJob, toRecord } from './stored-job.ts';
import { WakeUps } from './wake-ups.ts';

/** Makes backends on the engine. */
export function myBackend(options: EngineOptions = {}): BackendFactory {
  return (context) => new TableBackend(context, options);
}

/** Returns what hands out the jobs of a backend of this engine: for the suite of lease stores. */
export function leasesOf(backend: Backend): LeaseStore {
  return (backend as TableBackend).leases;
}

class TableBackend implements Backend {
  readonly name = engineName;
  readonly capabilities = capabilities;
  readonly #context: BackendContext;
  readonly #options: EngineOptions;
  readonly #wakeUps: WakeUps;
  readonly #consumers = new Set<LeaseConsumer>();
  #table: JobTable | undefined;
  #leases: LeaseStore | undefined;
  #closed: Promise<void> | undefined;

  constructor(context: BackendContext, options: EngineOptions) {
    this.#context = context;
    this.#options = options;
    this.#wakeUps = WakeUps.of(JSON.stringify([options, context.queueName]));
  }

  async open(): Promise<void> {
    if (this.#closed === undefined) {
      this.#table = JobTable.open(this.#context.queueName, this.#options);
    }
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closed ??= this.#close(force);
    return this.#closed;
  }

  async add({ jobs }: { readonly jobs: readonly NewJob[] }): Promise<AddResult[]> {
    const table = this.#open();
    const results = table.atomically(() =>
      jobs.map((job): AddResult => {
        if (table.get(job.id) !== undefined) return { id: job.id, outcome: 'duplicate' };
        table.put(newStoredJob(job));
        return { id: job.id, outcome: 'added' };
      }),
    );
    this.#wakeUps.ready();
    return results;
  }

  /** What hands out the jobs: a step at a time here, in one exchange once you write that. */
  get leases(): LeaseStore {
    this.#leases ??= fromSimpleStore(new TableLeaseStore(this.#open(), this.#wakeUps));
    return this.#leases;
  }

  async consume(params: ConsumeParams): Promise<Consumer> {
    const store = this.leases;
    const { clock } = this.#context;
    const polling = pollInterval === undefined ? {} : { pollInterval };
    const consumer = await startLeaseConsumer({ store, clock, params, ...polling });
    this.#consumers.add(consumer);
    return consumer;
  }

  async setProgress(params: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    const { lease, progress } = params;
    return (
      this.#changeIf([lease.id], (job) => {
        const isHeld = job.status === 'active' && job.fencingToken === lease.fencingToken;
        return isHeld && { ...job, progress };
      }) === 1
    );
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    const job = this.#open().get(id);
    return job && toRecord(job);
  }

  async list(params: ListParams): Promise<JobPage> {
    return listJobs(this.#open(), params);
  }

  async counts(): Promise<JobCounts> {
    const table = this.#open();
    const counts = JOB_STATUSES.map((status) => [status, table.count(status)]);
    return Object.fromEntries(counts) as JobCounts;
  }

  async remove({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#changeIf(ids, (job) => job.status !== 'active' && 'removed');
  }

  async retry({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#changeIf(ids, (job) => {
      const { error, failures, expiresAt, finishedAt, cancelRequested, ...kept } = job;
      const anew = { status: 'waiting', attemptsMade: 0, stalledCount: 0 } as const;
      const isUndone = job.status === 'failed' || job.status === 'cancelled';
      return isUndone && { ...kept, ...anew };
    });
  }

  async promote({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    const runAt = this.#context.clock.now();
    return this.#changeIf(ids, (job) => {
      return job.status === 'delayed' && { ...job, status: 'waiting', runAt };
    });
  }

  readonly updates = {
    update: async ({ ids, changes }: Parameters<UpdateStore['update']>[0]): Promise<number> => {
      const { metadata, payload, runAt, ...rest } = changes;
      const isNote = payload === undefined && runAt === undefined && Object.keys(rest).length === 0;
      const now = this.#context.clock.now();
      return this.#changeIf(ids, (job) => {
        const waits = job.status === 'waiting' || job.status === 'delayed';
        if (job.status === 'active' || !(waits || isNote)) return false;
        const { value, ...kept } = payload ?? {};
        const at = runAt === undefined ? undefined : Math.max(now, runAt);
        return {
          ...{ ...job, ...rest, ...kept },
          ...(payload && { payload: value }),
          ...(metadata && { metadata }),
          ...(at !== undefined && { runAt: at, status: at > now ? 'delayed' : 'waiting' }),
        };
      });
    },
  };

  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    const { id, reason, force = false, error } = params;
    const table = this.#open();
    const wish = { force, ...(reason !== undefined && { reason }) };
    return table.atomically((): CancelResult => {
      const job = table.get(id);
      if (job === undefined) return 'not-found';
      if (job.finishedAt !== undefined) return 'finished';
      if (job.status === 'active') {
        table.put({ ...job, cancelRequested: wish });
        this.#wakeUps.cancel({ lease: job, ...wish });
        return 'requested';
      }
      const finishedAt = this.#context.clock.now();
      finishJob(table, { ...job, status: 'cancelled', error, finishedAt });
      return 'cancelled';
    });
  }

  async clear({ statuses }: { readonly statuses?: readonly JobStatus[] } = {}): Promise<number> {
    const table = this.#open();
    const all = { order: 'oldest', limit: Number.MAX_SAFE_INTEGER } as const;
    const ids = (statuses ?? JOB_STATUSES).flatMap((status) =>
      table.page({ status, ...all }).map(({ job }) => job.id),
    );
    return this.remove({ ids });
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    this.#open().setPaused(paused);
    this.#wakeUps.ready();
  }

  async isPaused(): Promise<boolean> {
    return this.#open().isPaused;
  }

  /** Stores what `change` makes of jobs, or removes them; answers how many it changed. */
  #changeIf(
    ids: readonly string[],
    change: (job: StoredJob) => StoredJob | 'removed' | false,
  ): number {
    const table = this.#open();
    const changed = table.atomically(() =>
      ids.filter((id) => {
        const job = table.get(id);
        const after = job !== undefined && change(job);
        if (after === 'removed') table.delete(id);
        else if (after !== false) table.put(after);
        return after !== false;
      }),
    );
    this.#wakeUps.ready();
    return changed.length;
  }

  #open(): JobTable {
    if (this.#table !== undefined) return this.#table;
    const message = `The queue \`${this.#context.queueName}\` is closed, or was never opened`;
    throw new JobsError('JOBS_QUEUE_CLOSED', message);
  }

  async #close(force: boolean): Promise<void> {
    const consumers = [...this.#consumers];
    if (force) for (const consumer of consumers) consumer.abandon();
    else await Promise.all(consumers.map((consumer) => consumer.stop({ timeout: 0 })));
    this.#table?.close();
    this.#table = undefined;
  }
}
