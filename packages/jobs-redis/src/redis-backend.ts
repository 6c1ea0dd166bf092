import {
  type AddResult,
  type Backend,
  type BackendContext,
  type BackendFactory,
  type Capabilities,
  type ConsumeParams,
  type Consumer,
  checkDuration,
  checkInteger,
  checkOptions,
  type Diagnostics,
  defineCapabilities,
  type JobPage,
  type JobRecord,
  type LeaseStore,
  type ListParams,
} from '@philjs/jobs-core';
import { type CancelResult, type JobCounts, queueClosedError } from '@philjs/jobs-core/backend';
import { ForeignJobs } from './bullmq-adapter/foreign-jobs.ts';
import { isCluster } from './connection/client.ts';
import type { Target } from './connection/connect.ts';
import type { Link } from './connection/link.ts';
import { addressOf, readTarget } from './connection/read-target.ts';
import type { RedisBackendOptions } from './connection/redis-options.ts';
import { checkServer, examineServer } from './connection/server-check.ts';
import { type SharedConnections, shareConnections } from './connection/shared-connections.ts';
import { isOutOfMemory } from './connection/unavailable.ts';
import { RedisEventSource } from './events/redis-event-source.ts';
import { checkQueueName, keyPrefix, refuseManySlots } from './keys/queue-name.ts';
import {
  type LeaseParts,
  makeLeases,
  type RedisConsumer,
  startConsumer,
} from './lease/redis-consumer.ts';
import { RedisLimitStore } from './parts/redis-limit-store.ts';
import { RedisLogStore } from './parts/redis-log-store.ts';
import { RedisMetricsStore } from './parts/redis-metrics-store.ts';
import { RedisOrderStore } from './parts/redis-order-store.ts';
import { RedisRateLimiter } from './parts/redis-rate-limiter.ts';
import { RedisScheduleStore } from './parts/redis-schedule-store.ts';
import { RedisUpdateStore } from './parts/redis-update-store.ts';
import { RedisWorkerStore } from './parts/redis-worker-store.ts';
import { JobStore } from './store/job-store.ts';
import { listJobs } from './store/list-jobs.ts';
import { OwnChannels } from './store/own-channels.ts';
import { QueueStore } from './store/queue-store.ts';
import { RedisWorkflowStore } from './workflow/redis-workflow-store.ts';

const capabilities: Capabilities = defineCapabilities({
  events: true,
  rateLimits: true,
  concurrencyLimits: true,
  limits: true,
  orders: true,
  deduplication: true,
  schedules: true,
  metrics: true,
  logs: true,
  workers: true,
  updates: true,
  workflows: true,
  deadLetters: true,
  diagnostics: true,
  durable: true,
  multiProcess: true,
  timeResolutionMs: 250,
});

/** The names of {@link RedisBackendOptions}. */
export const REDIS_OPTION_NAMES: readonly string[] = [
  'redis',
  'prefix',
  'hashTag',
  'enqueueTimeout',
  'maxEvents',
];

/** Holds the checked options. */
interface Settings {
  readonly target: Target;
  readonly prefix: string;
  readonly timeoutMs: number;
  readonly maxEvents: number;
}

/**
 * Makes backends that keep their jobs on Redis or Valkey, in BullMQ's own layout.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`, before any I/O; it never holds a password
 */
export function redisBackend(options: RedisBackendOptions = {}): BackendFactory {
  checkOptions('redisBackend', options, REDIS_OPTION_NAMES);
  const { enqueueTimeout = 2000, maxEvents = 10_000 } = options;
  const settings: Settings = {
    target: readTarget(options.redis),
    prefix: keyPrefix(options.prefix, options.hashTag),
    timeoutMs: checkDuration('enqueueTimeout', enqueueTimeout, { min: 50, max: 3_600_000 }),
    maxEvents: checkInteger('maxEvents', maxEvents, { min: 100, max: 10_000_000 }),
  };
  const { target, prefix } = settings;
  if (target.kind === 'client' && isCluster(target.client)) refuseManySlots(prefix);
  return (context) => new RedisBackend(context, settings);
}

/** Returns the lease store of a backend on Redis, for the suite of lease stores. */
export function leaseStoreOf(backend: Backend): LeaseStore {
  if (backend instanceof RedisBackend) return backend.leases;
  throw new TypeError('Expected a backend made by `redisBackend`');
}

/** Implements the backend contract on the keys of one queue, and opens and closes its connections. */
class RedisBackend implements Backend {
  readonly name = 'redis';
  readonly capabilities: Capabilities = capabilities;
  readonly events: RedisEventSource;
  readonly limiter: RedisRateLimiter;
  readonly limits: RedisLimitStore;
  readonly orders: RedisOrderStore;
  readonly schedules: RedisScheduleStore;
  readonly metrics: RedisMetricsStore;
  readonly logs: RedisLogStore;
  readonly workers: RedisWorkerStore;
  readonly updates: RedisUpdateStore;
  readonly workflows: RedisWorkflowStore;
  readonly diagnostics: Diagnostics;

  readonly storeId?: string;
  readonly #context: BackendContext;
  readonly #settings: Settings;
  readonly #store: QueueStore;
  readonly #jobs: JobStore;
  /** The jobs of BullMQ's that are removed or cancelled. */
  readonly #foreign: ForeignJobs;
  readonly #channels: OwnChannels;
  readonly #consumers = new Set<RedisConsumer>();
  #shared: SharedConnections | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(context: BackendContext, settings: Settings) {
    checkQueueName(context.queueName);
    this.#context = context;
    this.#settings = settings;
    const address = addressOf(settings.target);
    if (address !== undefined) this.storeId = `${address} ${settings.prefix}`;
    const prefix = `${settings.prefix}:${context.queueName}:`;
    this.#store = new QueueStore(() => this.#connection(), prefix);
    const marker = this.#store.key('marker');
    const { queueName } = context;
    this.#foreign = new ForeignJobs(this.#store, queueName, settings.prefix, () => undefined);
    this.#jobs = new JobStore(
      this.#store,
      () => this.#connections().markers().seatOf(marker),
      (ids) => this.#foreign.untie(ids),
    );
    this.#channels = new OwnChannels(() => this.#connections().channels);
    this.events = new RedisEventSource(this.#store, () => this.#connections().streams());
    this.limiter = new RedisRateLimiter(this.#store);
    this.limits = new RedisLimitStore(this.#store);
    this.orders = new RedisOrderStore(this.#store);
    this.schedules = new RedisScheduleStore(this.#store, this.#channels);
    this.metrics = new RedisMetricsStore(this.#store);
    this.logs = new RedisLogStore(this.#store);
    this.workers = new RedisWorkerStore(this.#store);
    this.updates = new RedisUpdateStore(this.#store);
    this.workflows = new RedisWorkflowStore(this.#store, context.queueName);
    this.diagnostics = { examine: () => examineServer(this.#connection()) };
  }

  async open(): Promise<void> {
    const { timeoutMs, maxEvents } = this.#settings;
    const link = this.#connection();
    await link.untilReady(timeoutMs);
    await checkServer(link, this.#context.logger);
    const meta = this.#store.key('meta');
    await link
      .run((client) => client.hset(meta, 'opts.maxLenEvents', maxEvents))
      .catch((error: unknown) => {
        // A new worker must start although the server is full: it makes room by running jobs.
        if (!isOutOfMemory(error)) throw error;
        this.#context.logger.warn('Redis: its memory is full, so that it takes no jobs.');
      });
  }

  close({ force = false }: { readonly force?: boolean } = {}): Promise<void> {
    this.#closing ??= this.#close(force);
    return this.#closing;
  }

  add({ jobs }: Parameters<Backend['add']>[0]): Promise<readonly AddResult[]> {
    return this.#jobs.add(jobs);
  }

  async consume(params: ConsumeParams): Promise<Consumer> {
    const { logger, clock } = this.#context;
    const parts = this.#leaseParts(params.onError);
    const consumer = await startConsumer({ ...parts, params, clock, logger });
    this.#consumers.add(consumer);
    return {
      stop: (how) => consumer.stop(how).finally(() => this.#consumers.delete(consumer)),
    };
  }

  setProgress({ lease, progress }: Parameters<Backend['setProgress']>[0]): Promise<boolean> {
    return this.#jobs.setProgress(lease, progress);
  }

  get({ id }: { readonly id: string }): Promise<JobRecord | undefined> {
    return this.#jobs.get(id);
  }

  list(params: ListParams): Promise<JobPage> {
    return listJobs(this.#store, params);
  }

  counts(): Promise<JobCounts> {
    return this.#jobs.counts();
  }

  remove({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#jobs.remove(ids);
  }

  retry({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#jobs.retry(ids);
  }

  promote({ ids }: { readonly ids: readonly string[] }): Promise<number> {
    return this.#jobs.promote(ids);
  }

  cancel(params: Parameters<Backend['cancel']>[0]): Promise<CancelResult> {
    return this.#jobs.cancel(params);
  }

  clear({ statuses, most }: Parameters<Backend['clear']>[0] = {}): Promise<number> {
    return this.#jobs.clear(statuses, most);
  }

  setPaused({ paused }: { readonly paused: boolean }): Promise<void> {
    return this.#jobs.setPaused(paused);
  }

  isPaused(): Promise<boolean> {
    return this.#jobs.isPaused();
  }

  /** Makes the lease store that workers get their jobs from. */
  get leases(): LeaseStore {
    return makeLeases(this.#leaseParts()).leases;
  }

  #leaseParts(onError: (error: unknown) => void = () => undefined): LeaseParts {
    return {
      queueName: this.#context.queueName,
      prefix: this.#settings.prefix,
      store: this.#store,
      channels: this.#channels,
      markers: () => this.#connections().markers(),
      onError,
    };
  }

  /** The connection for commands, which queues of one address share. */
  #connection(): Link {
    return this.#connections().link;
  }

  #connections(): SharedConnections {
    if (this.#closed) throw queueClosedError(this.#context.queueName);
    const { target, timeoutMs } = this.#settings;
    this.#shared ??= shareConnections(target, timeoutMs, (role, error) => {
      this.#context.logger.debug(`The ${role} connection to Redis failed`, error);
      if (role === 'blocking') for (const consumer of this.#consumers) consumer.onError(error);
    });
    return this.#shared;
  }

  async #close(force: boolean): Promise<void> {
    if (!force) {
      const consumers = [...this.#consumers];
      await Promise.all(consumers.map((consumer) => consumer.stop({ timeout: 0 })));
    }
    for (const consumer of this.#consumers) consumer.abandon();
    this.#closed = true;
    this.events.close();
    this.#channels.close();
    this.#foreign.close();
    this.#shared?.release();
  }
}
