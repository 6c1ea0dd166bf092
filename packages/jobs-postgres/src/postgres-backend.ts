import type { BackendFactory, JobsError } from '@philjs/jobs-core';
import { type CancelResult, JOB_STATUSES, type JobCounts } from '@philjs/jobs-core';
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
  keyHeldError,
  type LeaseStore,
  type ListParams,
  leaseStoreOf,
  type OpenTransaction,
  queueClosedError,
  type UpdateStore,
} from '@philjs/jobs-core/backend';
import {
  fromText,
  INACTIVE_STATUSES,
  PlaceKeeper,
  RETRIABLE_STATUSES,
  toJobCounts,
  toText,
} from '@philjs/jobs-core/internal';
import { checkTransaction } from './connection/check-transaction.ts';
import type { Row } from './connection/connection.ts';
import { storeIdOf } from './connection/store-id-of.ts';
import { addJobs } from './jobs/add-jobs.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { updateJobs } from './jobs/update-jobs.ts';
import { PostgresLeaseStore } from './lease/postgres-lease-store.ts';
import { Retainer } from './lease/retainer.ts';
import { findUnplaced } from './parts/find-unplaced.ts';
import { PostgresDiagnostics } from './parts/postgres-diagnostics.ts';
import { type EventSession, PostgresEventSource } from './parts/postgres-event-source.ts';
import { PostgresKeyStore } from './parts/postgres-key-store.ts';
import { PostgresLimitStore } from './parts/postgres-limit-store.ts';
import { PostgresLogStore } from './parts/postgres-log-store.ts';
import { PostgresMetricsStore } from './parts/postgres-metrics-store.ts';
import { PostgresOrderStore } from './parts/postgres-order-store.ts';
import { PostgresRateLimiter } from './parts/postgres-rate-limiter.ts';
import { PostgresScheduleStore } from './parts/postgres-schedule-store.ts';
import { PostgresStepStore } from './parts/postgres-step-store.ts';
import { PostgresWorkerStore } from './parts/postgres-worker-store.ts';
import { PostgresWorkflowStore } from './parts/postgres-workflow-store.ts';
import {
  checkPostgresOptions,
  type PostgresBackendOptions,
  type PostgresOptions,
} from './postgres-options.ts';
import { READ_COLUMNS, readRecord } from './store/job-row.ts';
import { Notifications } from './store/notifications.ts';
import { PostgresStore } from './store/postgres-store.ts';
import { settleNow } from './store/settle-now.ts';

/** How often a worker looks for jobs, in milliseconds: while it also listens, and where it cannot listen. */
const POLL_MS = { listening: 2_000, alone: 200 } as const;
/** How long to wait for the database when leaving, in milliseconds. */
const LEAVING_MS = 1_500;
/** How many jobs one statement of `clear` removes. */
const CLEARED_AT_ONCE = 1_000;

/**
 * Makes backends that keep their jobs on PostgreSQL. Those of one queue name and schema share their jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function postgresBackend(options: PostgresBackendOptions = {}): BackendFactory {
  const checked = checkPostgresOptions(options);
  return (context) => new PostgresBackend(context, checked);
}

/** Holds the dependencies of a backend from its opening to its end. */
interface Session extends EventSession {
  readonly leases: PostgresLeaseStore;
  readonly retainer: Retainer;
  readonly places: PlaceKeeper;
}

class PostgresBackend implements Backend {
  readonly name = 'postgres';
  readonly capabilities: Capabilities;
  readonly events?: PostgresEventSource;
  readonly limiter: PostgresRateLimiter;
  readonly limits: PostgresLimitStore;
  readonly updates: UpdateStore;
  readonly keys: PostgresKeyStore;
  readonly schedules: PostgresScheduleStore;
  readonly metrics: PostgresMetricsStore;
  readonly logs: PostgresLogStore;
  readonly steps: PostgresStepStore;
  readonly workers: PostgresWorkerStore;
  readonly leases: LeaseStore = leaseStoreOf(() => this.#use().leases);
  readonly diagnostics: PostgresDiagnostics;
  readonly workflows: PostgresWorkflowStore;
  readonly orders: PostgresOrderStore;

  readonly storeId?: string;
  readonly #context: BackendContext;
  readonly #options: PostgresOptions;
  readonly #consumers: Consumers;
  #session: Session | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: BackendContext, options: PostgresOptions) {
    this.#context = context;
    this.#options = options;
    this.#consumers = new Consumers(context.queueName);
    const storeId = storeIdOf(options.target, options.schema);
    if (storeId !== undefined) this.storeId = storeId;
    this.capabilities = defineCapabilities({
      events: options.listen,
      rateLimits: true,
      concurrencyLimits: true,
      limits: true,
      sharedLimits: true,
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
      timeResolutionMs: options.listen ? 100 : 2 * POLL_MS.alone,
    });
    const store = (): PostgresStore => this.#use().store;
    const own = (): PostgresStore => this.#use().store.own;
    const session = (): Session => this.#use();
    if (options.listen) this.events = new PostgresEventSource(session);
    this.limiter = new PostgresRateLimiter(own);
    this.limits = new PostgresLimitStore(own);
    this.orders = new PostgresOrderStore(store);
    this.updates = { update: async (params) => updateJobs(this.#use().store, params) };
    this.schedules = new PostgresScheduleStore(session, options.listen);
    this.metrics = new PostgresMetricsStore(own);
    this.logs = new PostgresLogStore(own);
    this.steps = new PostgresStepStore(own);
    this.workers = new PostgresWorkerStore(own);
    this.keys = new PostgresKeyStore(store);
    this.diagnostics = new PostgresDiagnostics(session);
    this.workflows = new PostgresWorkflowStore(session);
  }

  async open(): Promise<void> {
    const store = await PostgresStore.open({ ...this.#options, ...this.#context });
    if (this.#closing !== undefined) {
      await store.connection.close();
      throw this.#refusal();
    }
    const notifications: Notifications = new Notifications(store.own, () => leases.cancellations());
    const retainer = new Retainer(store.own, (error) => {
      this.#context.logger.warn('Finished jobs could not be removed; this is tried again', {
        error,
      });
    });
    const places = new PlaceKeeper({
      ...this.#context,
      findUnplaced: (params) => findUnplaced({ store: store.own, retainer }, params),
    });
    const leases = new PostgresLeaseStore(
      store.own,
      retainer,
      places,
      this.#options.listen ? (watcher) => notifications.add(watcher) : undefined,
    );
    this.#session = { store, notifications, leases, retainer, places };
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(force);
    return this.#closing;
  }

  async add({ jobs, transaction }: Parameters<Backend['add']>[0]): Promise<readonly AddResult[]> {
    const { store, retainer } = this.#use();
    const within = transaction === undefined ? undefined : checkTransaction(transaction);
    const results = await addJobs(store, jobs, within);
    retainer.changed();
    return results;
  }

  async completeIn(params: Parameters<NonNullable<Backend['completeIn']>>[0]): Promise<boolean> {
    return this.#use().leases.completeIn(params, checkTransaction(params.transaction));
  }

  async begin(): Promise<OpenTransaction> {
    return this.#use().store.connection.begin();
  }

  async consume(params: ConsumeParams): Promise<Consumer> {
    const { leases } = this.#use();
    const { clock } = this.#context;
    const pollInterval = this.#options.listen ? POLL_MS.listening : POLL_MS.alone;
    const options = { store: leases, clock, params, pollInterval };
    return this.#consumers.start(options, () => this.workers.add(params));
  }

  async setProgress({ lease, progress }: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    const { id, fencingToken } = lease;
    const values = [toText(id), fencingToken, JSON.stringify(progress)];
    return (await this.#use().store.own.value('set_progress', values)) === true;
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    const sql = `SELECT ${READ_COLUMNS} FROM @.jobs j WHERE queue = $1 AND id = $2`;
    const [row] = await this.#use().store.query(sql, [toText(id)]);
    return row === undefined ? undefined : readRecord(row);
  }

  async list(params: ListParams): Promise<JobPage> {
    return listJobs(this.#use().store, params);
  }

  async counts(): Promise<JobCounts> {
    const sql = `SELECT status, sum(jobs)::float8 AS jobs FROM @.counts WHERE queue = $1 GROUP BY status`;
    const rows = await this.#use().store.query(sql);
    return toJobCounts(rows.map(({ status, jobs }) => [String(status), jobs]));
  }

  async remove({
    ids,
    statuses = INACTIVE_STATUSES,
  }: Parameters<Backend['remove']>[0]): Promise<number> {
    const states = statuses.filter((status) => status !== 'active');
    return this.#count('remove_jobs', [ids.map(toText), states, ids.length]);
  }

  async retry({
    ids,
    statuses = RETRIABLE_STATUSES,
  }: Parameters<Backend['retry']>[0]): Promise<number> {
    const states = RETRIABLE_STATUSES.filter((status) => statuses.includes(status));
    const { store, retainer } = this.#use();
    retainer.changed();
    const ask = async (): Promise<Row | undefined> =>
      (await store.call('retry_jobs', [ids.map(toText), states], 'changed, held_by'))[0];
    let row = await ask();
    for (; row?.['changed'] === -1; row = await ask()) {
      await settleNow(store);
      retainer.changed('completed', 'failed', 'cancelled');
    }
    const heldBy = row?.['held_by'];
    const [jobId] = ids;
    if (ids.length === 1 && jobId !== undefined && typeof heldBy === 'string') {
      throw keyHeldError({ jobId, heldBy: fromText(heldBy) });
    }
    return Number(row?.['changed'] ?? 0);
  }

  async promote({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#count('make_ready', [ids.map(toText), ['delayed']]);
  }

  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    const { id, statuses = JOB_STATUSES, reason, force = false, error } = params;
    const { store, retainer } = this.#use();
    const why = reason === undefined ? null : toText(reason);
    const values = [toText(id), statuses, why, force, JSON.stringify(error)];
    const result = (await store.value('cancel_job', values)) as CancelResult;
    if (result === 'cancelled') {
      retainer.changed();
      retainer.drained();
    }
    return result;
  }

  async clear({
    statuses = INACTIVE_STATUSES,
    most = Number.POSITIVE_INFINITY,
  }: Parameters<Backend['clear']>[0] = {}): Promise<number> {
    let removed = 0;
    for (const status of new Set(statuses)) {
      if (status === 'active') continue;
      let page = CLEARED_AT_ONCE;
      for (; page === CLEARED_AT_ONCE && removed < most; removed += page) {
        page = await this.#count('clear_jobs', [status, CLEARED_AT_ONCE]);
      }
    }
    return removed;
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    await this.#use().store.value('set_paused', [paused]);
  }

  async isPaused(): Promise<boolean> {
    const sql = 'SELECT paused FROM @.queues WHERE queue = $1';
    return (await this.#use().store.query(sql))[0]?.['paused'] === true;
  }

  async #count(name: string, values: readonly unknown[]): Promise<number> {
    const { store, retainer } = this.#use();
    retainer.changed();
    return Number(await store.value(name, values));
  }

  #use(): Session {
    if (this.#session === undefined) throw this.#refusal();
    return this.#session;
  }

  #refusal(): JobsError {
    return queueClosedError(this.#context.queueName);
  }

  async #close(force: boolean): Promise<void> {
    if (!force) await this.#consumers.stop();
    const session = this.#session;
    this.schedules.close();
    session?.places.end();
    const leaving = [
      this.#consumers.end(force),
      this.events?.close(!force),
      session?.retainer.end({ atOnce: force }),
    ];
    await atMost(LEAVING_MS, Promise.all(leaving));
    this.#session = undefined;
    if (session === undefined) return;
    const left = session.notifications.end().finally(() => session.store.connection.close());
    await atMost(LEAVING_MS, left);
  }
}

/** Waits at most `ms` milliseconds for work that may hang when the database is away. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), bound]);
  clearTimeout(timer);
}
