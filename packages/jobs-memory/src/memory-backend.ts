import {
  type BackendFactory,
  type CancelResult,
  type Clock,
  type JobCounts,
  JobsError,
  type Logger,
} from '@philjs/jobs-core';
import {
  type AddResult,
  type Backend,
  type BackendContext,
  type Capabilities,
  type ConsumeParams,
  type Consumer,
  Consumers,
  type DeadLetterToStore,
  defineCapabilities,
  type JobPage,
  type JobRecord,
  type LeaseStore,
  type ListParams,
  leaseStoreOf,
  type MaybePromise,
  type MetricsStore,
  notSupported,
  type OpenTransaction,
  queueClosedError,
  type RateLimiter,
  type UpdateStore,
} from '@philjs/jobs-core/backend';
import { checkFunction, checkOptions } from '@philjs/jobs-core/internal';
import { JobChanges } from './jobs/job-changes.ts';
import { listJobs } from './jobs/list-jobs.ts';
import { MemoryLeaseStore } from './lease/memory-lease-store.ts';
import { MemoryEventSource } from './parts/memory-event-source.ts';
import { MemoryKeyStore } from './parts/memory-key-store.ts';
import { MemoryLimitStore } from './parts/memory-limit-store.ts';
import { MemoryLogStore } from './parts/memory-log-store.ts';
import { MemoryOrderStore } from './parts/memory-order-store.ts';
import { MemoryScheduleStore } from './parts/memory-schedule-store.ts';
import { MemoryStepStore } from './parts/memory-step-store.ts';
import { MemoryWorkerStore } from './parts/memory-worker-store.ts';
import { MemoryWorkflowStore } from './parts/memory-workflow-store.ts';
import { NonAtomicTransactions } from './parts/non-atomic-transactions.ts';
import { copyFact, readJob } from './state/job-copy.ts';
import type { QueueState } from './state/queue-state.ts';
import { rareOf } from './state/stored-job.ts';
import type { MemoryStore } from './store/memory-store.ts';
import { processRegistry, QueueRegistry } from './store/queue-registry.ts';

const capabilities: Capabilities = defineCapabilities({
  events: true,
  reliableEvents: true,
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
  updates: true,
  workflows: true,
  deadLetters: true,
  virtualTime: true,
  timeResolutionMs: 1,
});

/** Names the store of the jobs, and says what a test needs beside it. */
export interface MemoryBackendOptions {
  /** Keeps the jobs in this store. @default the process's own, where they live as long as their queues */
  readonly store?: MemoryStore | undefined;
  /**
   * Lets tests run code that calls `queue.transaction`: makes the object that its function gets as `tx`. **Nothing is atomic**: a
   * job that names a transaction is stored, or completed, at once, and a rollback takes nothing back. @default none:
   * transactions are refused with `JOBS_NOT_SUPPORTED`
   */
  readonly nonAtomicTransactions?: (() => unknown) | undefined;
}

/** The names of {@link MemoryBackendOptions}. */
export const MEMORY_OPTION_NAMES: readonly string[] = ['store', 'nonAtomicTransactions'];

/**
 * Makes backends that keep their jobs in this process's memory. Backends with the same queue name, store and clock
 * share their jobs, as processes share them on a server.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, also for a store that `createMemoryStore` did not make
 */
export function memoryBackend(options: MemoryBackendOptions = {}): BackendFactory {
  checkOptions('memoryBackend', options, MEMORY_OPTION_NAMES);
  const { store, nonAtomicTransactions } = options;
  checkFunction('nonAtomicTransactions', nonAtomicTransactions);
  if (store !== undefined && !(store instanceof QueueRegistry)) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      'Expected `store` to be what `createMemoryStore()` returned, got something else.',
      { details: { field: 'store' } },
    );
  }
  return (context) =>
    new MemoryBackend(context, store ?? processRegistry(context.clock), nonAtomicTransactions);
}

/** Holds the state a backend uses from its first call to its end. */
interface Session {
  readonly state: QueueState;
  readonly changes: JobChanges;
  readonly leases: MemoryLeaseStore;
}

/** Implements the contract over the state of one queue name, and manages the life of one backend. */
class MemoryBackend implements Backend {
  readonly name = 'memory';
  readonly capabilities: Capabilities;
  readonly events: MemoryEventSource;
  readonly limiter: RateLimiter;
  readonly limits: MemoryLimitStore;
  readonly orders: MemoryOrderStore;
  readonly schedules: MemoryScheduleStore;
  readonly metrics: MetricsStore;
  readonly logs: MemoryLogStore;
  readonly steps: MemoryStepStore;
  readonly workers: MemoryWorkerStore;
  readonly leases: LeaseStore = leaseStoreOf(() => this.#use().leases);
  readonly updates: UpdateStore;
  readonly keys: MemoryKeyStore;
  readonly workflows: MemoryWorkflowStore;

  readonly storeId: object;
  readonly #registry: QueueRegistry;
  readonly #queueName: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #consumers: Consumers;
  readonly #transactions: NonAtomicTransactions | undefined;
  readonly #starting = new Set<Promise<Consumer>>();
  /** The queues that keep what failed here. */
  readonly #deadLetters = new Map<string, QueueState>();
  #opened: Session | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(
    { queueName, clock, logger }: BackendContext,
    registry: QueueRegistry,
    nonAtomicTransactions?: () => unknown,
  ) {
    this.#transactions = nonAtomicTransactions && new NonAtomicTransactions(nonAtomicTransactions);
    const transactions = this.#transactions !== undefined;
    this.capabilities = transactions
      ? defineCapabilities({ ...capabilities, transactions })
      : capabilities;
    this.#logger = logger;
    this.#registry = registry;
    this.storeId = registry;
    this.#queueName = queueName;
    this.#consumers = new Consumers(queueName);
    this.#clock = clock;
    const state = (): QueueState => this.#use().state;
    this.events = new MemoryEventSource(state);
    this.limiter = {
      take: async (params) => state().limiter.take(params),
      giveBack: async (params) => state().limiter.giveBack(params),
    };
    this.limits = new MemoryLimitStore(state);
    this.orders = new MemoryOrderStore(state);
    this.schedules = new MemoryScheduleStore(state, () => clock.now());
    this.metrics = {
      record: async ({ buckets }) => state().metrics.record(buckets),
      read: async ({ from, to }) => state().metrics.read(from, to),
      clear: async () => state().metrics.clear(),
    };
    this.logs = new MemoryLogStore(state);
    this.steps = new MemoryStepStore(() => this.#use());
    this.workers = new MemoryWorkerStore(state, clock);
    this.keys = new MemoryKeyStore(
      () => this.#current().state,
      () => clock.now(),
    );
    this.workflows = new MemoryWorkflowStore({
      queueName,
      own: () => this.#current().state,
      find: (name) => registry.find(name),
    });
    this.updates = {
      update: async (params) => this.#current().changes.update(params, clock.now()),
    };
  }

  async open(): Promise<void> {
    this.#use();
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(force);
    return this.#closing;
  }

  add({ jobs, transaction }: Parameters<Backend['add']>[0]): MaybePromise<readonly AddResult[]> {
    try {
      if (transaction !== undefined) this.#transactions?.check(transaction);
      return this.#use().state.intake.add(jobs);
    } catch (error) {
      // It returns synchronously, but never throws.
      return Promise.reject(error);
    }
  }

  async begin(): Promise<OpenTransaction> {
    if (this.#transactions === undefined) throw notSupported(this.name, 'transactions');
    return this.#transactions.begin();
  }

  async completeIn(params: Parameters<NonNullable<Backend['completeIn']>>[0]): Promise<boolean> {
    const { lease, result, transaction } = params;
    this.#transactions?.check(transaction);
    return this.#use().leases.completeIn(lease, result, this.#clock.now());
  }

  consume(params: ConsumeParams): Promise<Consumer> {
    const starting = this.#start(params);
    this.#starting.add(starting);
    return starting.finally(() => this.#starting.delete(starting));
  }

  async setProgress({ lease, progress }: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    const { leases, state } = this.#use();
    const { events } = state.table;
    const job = leases.held(lease);
    if (job === undefined) return false;
    rareOf(job).progress = copyFact(progress);
    if (events.wants('progress')) {
      const { id, name } = job;
      const at = this.#clock.now();
      events.emit({ type: 'progress', jobId: id, name, at, progress: copyFact(progress) });
    }
    return true;
  }

  async get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    const job = this.#current().state.table.get(id);
    return job === undefined ? undefined : readJob(job, this.#clock.now());
  }

  async list(params: ListParams): Promise<JobPage> {
    return listJobs(this.#current().state.table, params, this.#clock.now());
  }

  async counts(): Promise<JobCounts> {
    return this.#current().state.table.counts();
  }

  async remove(params: Parameters<Backend['remove']>[0]): Promise<number> {
    return this.#current().changes.remove(params, this.#clock.now());
  }

  async retry(params: Parameters<Backend['retry']>[0]): Promise<number> {
    return this.#current().changes.retry(params, this.#clock.now());
  }

  async promote({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#use().changes.promote(ids, this.#clock.now());
  }

  async cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    return this.#current().changes.cancel(params, this.#clock.now());
  }

  async clear({ statuses, most }: Parameters<Backend['clear']>[0] = {}): Promise<number> {
    return this.#current().changes.clear(this.#clock.now(), statuses, most);
  }

  async setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    this.#use().changes.setPaused(paused, this.#clock.now());
  }

  async isPaused(): Promise<boolean> {
    return this.#use().state.table.paused;
  }

  /** Returns the state to use, unless this backend is closed; while it closes, handlers go on. */
  #use(): Session {
    if (this.#closed) throw this.#refusal();
    if (this.#opened === undefined) {
      const state = this.#registry.acquire(this.#queueName);
      const changes = new JobChanges(state.table);
      const leases = new MemoryLeaseStore(state.table, (letter) => this.#keep(letter));
      this.#opened = { state, changes, leases };
    }
    return this.#opened;
  }

  /** Returns the same, without the finished jobs that have expired: no caller may see them. */
  #current(): Session {
    const session = this.#use();
    session.state.table.dropExpired(this.#clock.now());
    return session;
  }

  async #start(params: ConsumeParams): Promise<Consumer> {
    const options = { store: this.#use().leases, clock: this.#clock, params };
    return this.#consumers.start(options, () => this.workers.add(params));
  }

  /** Stores a dead letter in its queue, which lives as long as this backend. */
  #keep({ queue, job }: DeadLetterToStore): void {
    let state = this.#deadLetters.get(queue);
    if (state === undefined) {
      state = this.#registry.acquire(queue);
      this.#deadLetters.set(queue, state);
    }
    state.intake.addUnknown([job]);
  }

  #refusal(): JobsError {
    return queueClosedError(this.#queueName);
  }

  /** Logs how many jobs end with the queue, which lives only as long as its last user. */
  #tellOfLost({ table }: QueueState): void {
    const { waiting, delayed, blocked } = table.counts();
    if (waiting + delayed + blocked === 0) return;
    this.#logger.warn(
      `Queue \`${this.#queueName}\` was closed in memory, and its jobs end with it: ${waiting} waiting, ${delayed} delayed, ${blocked} blocked. Keep them in Redis, SQLite or PostgreSQL, or in a store of createMemoryStore().`,
    );
  }

  async #close(force: boolean): Promise<void> {
    if (!force) {
      await this.#consumers.stop();
      await Promise.allSettled(this.#starting);
    }
    void this.#consumers.end(force);
    this.#closed = true;
    this.events.close();
    this.schedules.close();
    if (this.#opened === undefined) return;
    this.#opened.leases.abandon();
    for (const name of this.#deadLetters.keys()) this.#registry.release(name);
    this.#deadLetters.clear();
    const ended = this.#registry.release(this.#queueName);
    if (ended !== undefined && !force) this.#tellOfLost(ended);
  }
}
