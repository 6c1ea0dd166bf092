import {
  type BackendFactory,
  type CancelResult,
  JOB_STATUSES,
  type JobCounts,
  type JobStatus,
  JobsError,
} from '@philjs/jobs-core';
import {
  type AddResult,
  type Backend,
  type BackendContext,
  type ConsumeParams,
  type Consumer,
  Consumers,
  fromSimpleStore,
  idTakenError,
  type JobPage,
  type JobRecord,
  type LeaseStore,
  type ListParams,
  type NewJob,
  type UpdateStore,
} from '@philjs/jobs-core/backend';
import { capabilities, type EngineOptions, engineName, pollInterval } from './engine.ts';
import { EngineTable } from './engine-table.ts';
import { finishJob } from './finish-job.ts';
import { TableLeaseStore } from './lease-store.ts';
import { listJobs, readAll } from './list-jobs.ts';
import { newStoredJob, readRecord, type StoredJob } from './stored-job.ts';
import { WakeUps } from './wake-ups.ts';

/** Makes backends on the engine. */
export function myBackend(options: EngineOptions = {}): BackendFactory {
  return (context) => new TableBackend(context, options);
}

/** Returns what hands out the jobs of a backend of this engine: for the suite of lease stores. */
export function leasesOf(backend: Backend): LeaseStore {
  return (backend as TableBackend).leaseStore;
}

class TableBackend implements Backend {
  readonly name = engineName;
  readonly capabilities = capabilities;
  readonly #context: BackendContext;
  readonly #options: EngineOptions;
  readonly #wakeUps: WakeUps;
  readonly #consumers: Consumers;
  #table: EngineTable | undefined;
  #leases: LeaseStore | undefined;
  #closed: Promise<void> | undefined;

  constructor(context: BackendContext, options: EngineOptions) {
    this.#context = context;
    this.#options = options;
    this.#consumers = new Consumers(context.queueName);
    this.#wakeUps = WakeUps.of(JSON.stringify([options, context.queueName]));
  }

  async open(): Promise<void> {
    if (this.#closed === undefined) {
      this.#table = await EngineTable.open(this.#context.queueName, this.#options);
    }
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closed ??= this.#close(force);
    return this.#closed;
  }

  async add({ jobs }: { readonly jobs: readonly NewJob[] }): Promise<AddResult[]> {
    const results = await this.#open().transact(async (rows) => {
      const answers: AddResult[] = [];
      // Before anything is stored, since the call stores all or none.
      for (const { id, name } of jobs) {
        const takenBy = (await rows.get(id))?.name ?? name;
        if (takenBy !== name) throw idTakenError({ jobId: id, name, takenBy });
      }
      for (const job of jobs) {
        const isKnown = (await rows.get(job.id)) !== undefined;
        if (!isKnown) await rows.put(newStoredJob(job));
        answers.push({ id: job.id, outcome: isKnown ? 'duplicate' : 'added' });
      }
      return answers;
    });
    this.#wakeUps.ready();
    return results;
  }

  /** Hands out the jobs: a step at a time here, in one exchange once you write that. */
  get leaseStore(): LeaseStore {
    this.#leases ??= fromSimpleStore(new TableLeaseStore(this.#open(), this.#wakeUps));
    return this.#leases;
  }

  async consume(params: ConsumeParams): Promise<Consumer> {
    const { clock } = this.#context;
    const polling = pollInterval === undefined ? {} : { pollInterval };
    return this.#consumers.start({ store: this.leaseStore, clock, params, ...polling });
  }

  async setProgress(params: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    const { lease, progress } = params;
    const changed = await this.#changeIf([lease.id], (job) => {
      const isHeld = job.status === 'active' && job.fencingToken === lease.fencingToken;
      return isHeld && { ...job, progress };
    });
    return changed === 1;
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    const job = await this.#open().transact((rows) => rows.get(id));
    return job && readRecord(job, this.#context.clock.now());
  }

  async list(params: ListParams): Promise<JobPage> {
    return this.#open().transact((rows) => listJobs(rows, params, this.#context.clock.now()));
  }

  async counts(): Promise<JobCounts> {
    const counts = await this.#open().transact((rows) =>
      Promise.all(JOB_STATUSES.map(async (status) => [status, await rows.count(status)])),
    );
    return Object.fromEntries(counts) as JobCounts;
  }

  async remove({ ids, statuses }: Parameters<Backend['remove']>[0]): Promise<number> {
    return this.#changeIf(
      ids,
      (job) => job.status !== 'active' && isAmong(job, statuses) && 'removed',
    );
  }

  async retry({ ids, statuses }: Parameters<Backend['retry']>[0]): Promise<number> {
    return this.#changeIf(ids, (job) => {
      const { error, failures, expiresAt, finishedAt, cancelRequested, ...kept } = job;
      const again = { status: 'waiting', attemptsMade: 0, stalledCount: 0 } as const;
      const isUndone = job.status === 'failed' || job.status === 'cancelled';
      return isUndone && isAmong(job, statuses) && { ...kept, ...again };
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
    const { id, statuses, reason, force = false, error } = params;
    const { answer, lease } = await this.#open().transact(async (rows) => {
      const job = await rows.get(id);
      if (job === undefined) return { answer: 'not-found' as const };
      if (job.finishedAt !== undefined) return { answer: 'finished' as const };
      if (!isAmong(job, statuses)) return { answer: 'other-status' as const };
      const now = this.#context.clock.now();
      const isLost = job.status === 'active' && (job.leaseUntil ?? 0) <= now;
      if (job.status === 'active' && !(force && isLost)) {
        const known = job.cancelRequested;
        const isForced = force || known?.force === true;
        const wish = { ...known, force: isForced, ...(reason !== undefined && { reason }) };
        await rows.put({ ...job, cancelRequested: wish });
        return { answer: 'requested' as const, lease: { ...job, cancelRequested: wish } };
      }
      const { leaseUntil, holder, ...ended } = job;
      await finishJob(rows, { ...ended, status: 'cancelled', error, finishedAt: now });
      return { answer: 'cancelled' as const };
    });
    if (lease !== undefined) this.#wakeUps.cancel({ lease, ...lease.cancelRequested });
    return answer;
  }

  async clear({ statuses }: { readonly statuses?: readonly JobStatus[] } = {}): Promise<number> {
    const pages = await this.#open().transact((rows) =>
      Promise.all((statuses ?? JOB_STATUSES).map((status) => readAll(rows, status))),
    );
    return this.remove({ ids: pages.flat().map(({ job }) => job.id) });
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    await this.#open().transact((rows) => rows.setPaused(paused));
    this.#wakeUps.ready();
  }

  async isPaused(): Promise<boolean> {
    return this.#open().transact((rows) => rows.isPaused());
  }

  /** Stores what `change` makes of jobs, or removes them; answers how many it changed. */
  async #changeIf(
    ids: readonly string[],
    change: (job: StoredJob) => StoredJob | 'removed' | false,
  ): Promise<number> {
    const changed = await this.#open().transact(async (rows) => {
      let count = 0;
      for (const id of ids) {
        const job = await rows.get(id);
        const after = job !== undefined && change(job);
        if (after === false) continue;
        if (after === 'removed') await rows.delete(id);
        else await rows.put(after);
        count += 1;
      }
      return count;
    });
    this.#wakeUps.ready();
    return changed;
  }

  #open(): EngineTable {
    if (this.#table !== undefined) return this.#table;
    const message = `The queue \`${this.#context.queueName}\` is closed, or was never opened`;
    throw new JobsError('JOBS_QUEUE_CLOSED', message);
  }

  async #close(force: boolean): Promise<void> {
    if (!force) await this.#consumers.stop();
    await this.#consumers.end(force);
    await this.#table?.close();
    this.#table = undefined;
  }
}

/** Returns whether a job is in one of some states; all, if none are given. */
function isAmong({ status }: StoredJob, statuses: readonly JobStatus[] | undefined): boolean {
  return statuses?.includes(status) ?? true;
}
