import { setImmediate, setTimeout } from 'node:timers/promises';
import {
  type BackendFactory,
  type CancelResult,
  JOB_STATUSES,
  type JobCounts,
  JobsError,
} from '@philjs/jobs-core';
import {
  type AddResult,
  type Backend,
  type BackendContext,
  type Capabilities,
  type ConsumeParams,
  type Consumer,
  Consumers,
  defineCapabilities,
  type JobPage,
  type JobRecord,
  type LeaseStore,
  type ListParams,
  leaseStoreOf,
  type OpenTransaction,
  queueClosedError,
  type UpdateStore,
} from '@philjs/jobs-core/backend';
import { fromText, PlaceKeeper, toJobCounts, toText } from '@philjs/jobs-core/internal';
import { betweenSlices } from './database/between-slices.ts';
import { checkTransaction } from './database/check-transaction.ts';
import { SqliteTransactions } from './database/sqlite-transactions.ts';
import { isBusy } from './database/to-jobs-error.ts';
import { addJobs } from './jobs/add-jobs.ts';
import { AddsTogether } from './jobs/adds-together.ts';
import {
  cancelJob,
  clearJobs,
  promoteJobs,
  removeJobs,
  retryJobs,
  setPaused,
} from './jobs/change-jobs.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { updateJobs } from './jobs/update-jobs.ts';
import { SqliteLeaseStore } from './lease/sqlite-lease-store.ts';
import { SqliteDiagnostics } from './parts/sqlite-diagnostics.ts';
import { SqliteEventSource } from './parts/sqlite-event-source.ts';
import { SqliteKeyStore } from './parts/sqlite-key-store.ts';
import { SqliteLimitStore } from './parts/sqlite-limit-store.ts';
import { SqliteLogStore } from './parts/sqlite-log-store.ts';
import { SqliteMetricsStore } from './parts/sqlite-metrics-store.ts';
import { SqliteOrderStore } from './parts/sqlite-order-store.ts';
import { SqliteRateLimiter } from './parts/sqlite-rate-limiter.ts';
import { SqliteScheduleStore } from './parts/sqlite-schedule-store.ts';
import { SqliteStepStore } from './parts/sqlite-step-store.ts';
import { SqliteWorkerStore } from './parts/sqlite-worker-store.ts';
import { SqliteWorkflowStore } from './parts/sqlite-workflow-store.ts';
import {
  checkSqliteOptions,
  type SqliteBackendOptions,
  type SqliteOptions,
} from './sqlite-options.ts';
import { ChangeWatcher } from './state/change-watcher.ts';
import { readRecord } from './state/job-row.ts';
import type { QueueChange } from './state/queue-change.ts';
import { SqliteQueueStore } from './state/queue-store.ts';
import { findUnplaced } from './workflow/find-unplaced.ts';

/** How long the first use of a queue waits for the file within a transaction of the caller, in milliseconds. */
const WAIT_WITHIN_MS = 250;

/** How long the end waits for jobs that are to be stored in a locked file, in milliseconds. */
const WAIT_AT_CLOSE_MS = 1_000;

/** How many jobs one transaction of `clear` removes. */
const CLEARED_AT_ONCE = 1_000;

/** How often a process looks for changes by other processes, in milliseconds. */
const LOOK_EVERY_MS = 50;

const capabilities: Capabilities = defineCapabilities({
  events: true,
  rateLimits: true,
  concurrencyLimits: true,
  limits: true,
  sharedLimits: true,
  strictOrder: true,
  orders: true,
  deduplication: true,
  keys: true,
  schedules: true,
  metrics: true,
  logs: true,
  steps: true,
  workers: true,
  diagnostics: true,
  updates: true,
  deadLetters: true,
  workflows: true,
  transactions: true,
  durable: true,
  multiProcess: true,
  virtualTime: true,
  timeResolutionMs: LOOK_EVERY_MS,
});

/**
 * Makes backends that keep their jobs in a SQLite file, for all processes of one machine. Those of one queue
 * name and file share their jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function sqliteBackend(options: SqliteBackendOptions = {}): BackendFactory {
  const checked = checkSqliteOptions(options);
  return (context) => new SqliteBackend(context, checked);
}

/** Holds the dependencies of a backend from its opening to its end. */
interface Session {
  readonly store: SqliteQueueStore;
  readonly watcher: ChangeWatcher;
  readonly leases: SqliteLeaseStore;
  readonly places: PlaceKeeper;
  readonly adds: AddsTogether;
}

class SqliteBackend implements Backend {
  readonly name = 'sqlite';
  readonly capabilities: Capabilities = capabilities;
  readonly events: SqliteEventSource;
  readonly limiter: SqliteRateLimiter;
  readonly limits: SqliteLimitStore;
  readonly schedules: SqliteScheduleStore;
  readonly metrics: SqliteMetricsStore;
  readonly logs: SqliteLogStore;
  readonly steps: SqliteStepStore;
  readonly workers: SqliteWorkerStore;
  readonly leases: LeaseStore = leaseStoreOf(() => this.#use().leases);
  readonly diagnostics: SqliteDiagnostics;
  readonly updates: UpdateStore;
  readonly keys: SqliteKeyStore;
  readonly workflows: SqliteWorkflowStore;
  readonly orders: SqliteOrderStore;

  readonly storeId: string;
  readonly #context: BackendContext;
  readonly #options: SqliteOptions;
  readonly #consumers: Consumers;
  readonly #transactions: SqliteTransactions;
  #session: Session | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: BackendContext, options: SqliteOptions) {
    this.#context = context;
    this.#options = options;
    this.#consumers = new Consumers(context.queueName);
    this.storeId = options.path;
    const store = (): SqliteQueueStore => this.#use().store;
    const session = (): Session => this.#use();
    this.#transactions = new SqliteTransactions(() => store().file, options);
    this.events = new SqliteEventSource(session);
    this.limiter = new SqliteRateLimiter(store);
    this.limits = new SqliteLimitStore(store);
    this.schedules = new SqliteScheduleStore(session);
    this.metrics = new SqliteMetricsStore(store);
    this.logs = new SqliteLogStore(store);
    this.steps = new SqliteStepStore(store);
    this.workers = new SqliteWorkerStore(store);
    this.keys = new SqliteKeyStore(store);
    this.diagnostics = new SqliteDiagnostics(store, options.path);
    const { queueName } = context;
    this.workflows = new SqliteWorkflowStore(store, { ...options, queueName });
    this.orders = new SqliteOrderStore(store);
    this.updates = {
      update: async (params) => this.#change((change) => updateJobs(change, params)),
    };
  }

  async open({ transaction }: Parameters<Backend['open']>[0] = {}): Promise<void> {
    const store = await this.#openStore(transaction !== undefined);
    if (this.#closing !== undefined) {
      store.file.close();
      throw this.#refusal();
    }
    const watcher: ChangeWatcher = new ChangeWatcher(store, LOOK_EVERY_MS, () =>
      leases.cancellations(),
    );
    const places = new PlaceKeeper({
      ...this.#context,
      findUnplaced: (params) => findUnplaced(store, params),
    });
    const leases = new SqliteLeaseStore(store, (one) => watcher.watch(one, true), places);
    this.#session = { store, watcher, leases, places, adds: new AddsTogether(store) };
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(force);
    return this.#closing;
  }

  async add({ jobs, transaction }: Parameters<Backend['add']>[0]): Promise<readonly AddResult[]> {
    if (transaction === undefined) return this.#use().adds.add(jobs);
    const database = checkTransaction(transaction, this.#options);
    return this.#use().store.join(database, (change) => addJobs(change, jobs));
  }

  async completeIn(params: Parameters<NonNullable<Backend['completeIn']>>[0]): Promise<boolean> {
    const database = checkTransaction(params.transaction, this.#options);
    return this.#use().leases.completeIn(params, database);
  }

  begin(): Promise<OpenTransaction> {
    return this.#transactions.begin();
  }

  async consume(params: ConsumeParams): Promise<Consumer> {
    const { leases } = this.#use();
    const { clock } = this.#context;
    return this.#consumers.start({ store: leases, clock, params }, () => this.workers.add(params));
  }

  async setProgress({ lease, progress }: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    return this.#change((change) => {
      const { file, queue, now } = change;
      const sql = `UPDATE philjs_jobs_jobs SET progress = ? WHERE queue = ? AND id = ? AND status = 'active'
        AND fencing_token = ? RETURNING name`;
      const text = JSON.stringify(progress);
      const row = file.get(sql, text, queue, toText(lease.id), lease.fencingToken);
      if (row === undefined) return false;
      if (change.listening) {
        const name = fromText(String(row['name']));
        change.tell({ type: 'progress', jobId: lease.id, name, at: now, progress });
      }
      return true;
    });
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    const { file, queue, clock } = this.#use().store;
    const sql = 'SELECT * FROM philjs_jobs_jobs WHERE queue = ? AND id = ?';
    const row = await file.read(() => file.get(sql, queue, toText(id)));
    return row === undefined ? undefined : readRecord(row, clock.now());
  }

  async list(params: ListParams): Promise<JobPage> {
    const { store } = this.#use();
    return store.file.read(() => listJobs(store, params));
  }

  async counts(): Promise<JobCounts> {
    const { file, queue } = this.#use().store;
    const states = JOB_STATUSES.map((status) => `'${status}'`).join(', ');
    const sql = `SELECT status, jobs FROM philjs_jobs_counts WHERE queue = ? AND status IN (${states})`;
    const rows = await file.read(() => file.all(sql, queue));
    return toJobCounts(rows.map(({ status, jobs }) => [String(status), jobs]));
  }

  async remove(params: Parameters<Backend['remove']>[0]): Promise<number> {
    return this.#change((change) => removeJobs(change, params));
  }

  async retry(params: Parameters<Backend['retry']>[0]): Promise<number> {
    return this.#change((change) => retryJobs(change, params));
  }

  async promote({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#change((change) => promoteJobs(change, ids));
  }

  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    return this.#change((change) => cancelJob(change, params));
  }

  async clear({
    statuses,
    most = Number.POSITIVE_INFINITY,
  }: Parameters<Backend['clear']>[0] = {}): Promise<number> {
    let removed = 0;
    while (removed < most) {
      const slice = Math.min(CLEARED_AT_ONCE, most - removed);
      const count = await this.#change((change) => clearJobs(change, statuses, slice));
      removed += count;
      if (count < slice) return removed;
      await setImmediate();
    }
    // Before the next call, for as many.
    await betweenSlices();
    return removed;
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    await this.#change((change) => setPaused(change, paused));
  }

  async isPaused(): Promise<boolean> {
    const { file, queue } = this.#use().store;
    const sql = 'SELECT paused FROM philjs_jobs_queues WHERE queue = ?';
    return (await file.read(() => file.get(sql, queue)))?.['paused'] === 1;
  }

  /** Opens the file. A transaction the caller began may hold it, and ends only after this: there is no point in waiting. */
  async #openStore(isWithin: boolean): Promise<SqliteQueueStore> {
    const { queueName, clock } = this.#context;
    const waitMs = isWithin ? WAIT_WITHIN_MS : undefined;
    try {
      return await SqliteQueueStore.open({ ...this.#options, queueName, clock, waitMs });
    } catch (error) {
      if (!isWithin || !isBusy((error as Error).cause)) throw error;
      throw new JobsError(
        'JOBS_INVALID_ARGUMENT',
        `Expected \`transaction\` to begin after the first use of queue "${queueName}" in ${this.#options.path}, got one that ` +
          'holds the file while it is to be prepared. Use the queue before you begin, as with `await queue.getStats()`.',
        { cause: error, details: { field: 'transaction', path: this.#options.path } },
      );
    }
  }

  #change<T>(work: (change: QueueChange) => T): T | Promise<T> {
    return this.#use().store.change(work);
  }

  #use(): Session {
    if (this.#session === undefined) throw this.#refusal();
    return this.#session;
  }

  #refusal(): JobsError {
    return queueClosedError(this.#context.queueName);
  }

  async #close(force: boolean): Promise<void> {
    const added = this.#session?.adds.end();
    if (!force) {
      await Promise.race([added, setTimeout(WAIT_AT_CLOSE_MS, undefined, { ref: false })]);
      await this.#consumers.stop();
    }
    await this.#transactions.end();
    void this.#consumers.end(force);
    if (!force) this.events.close();
    this.schedules.close();
    this.#session?.watcher.end();
    this.#session?.places.end();
    this.#session?.store.file.close();
    this.#session = undefined;
  }
}
