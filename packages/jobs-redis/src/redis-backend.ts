import type { BackendFactory } from '@philjs/jobs-core';
import {
  type Backend,
  type BackendContext,
  type Capabilities,
  type ConsumeParams,
  type Consumer,
  Consumers,
  type Diagnostics,
  defineCapabilities,
  type LeaseStore,
  leaseStoreOf,
  type UpdateStore,
} from '@philjs/jobs-core/backend';
import { checkDuration, checkInteger, checkOptions } from '@philjs/jobs-core/internal';
import { ForeignJobs } from './bullmq-adapter/foreign-jobs.ts';
import { isCluster } from './connection/client.ts';
import type { Target } from './connection/connect.ts';
import { addressOf, readTarget } from './connection/read-target.ts';
import type { RedisBackendOptions } from './connection/redis-options.ts';
import { checkServer, examineServer } from './connection/server-check.ts';
import { type SharedConnections, shareConnections } from './connection/shared-connections.ts';
import { isOutOfMemory } from './connection/unavailable.ts';
import { RedisEventSource } from './events/redis-event-source.ts';
import { checkQueueName, keyPrefix, refuseManySlots } from './keys/queue-name.ts';
import type { MarkerWait } from './lease/marker-wait.ts';
import { RedisLeaseStore } from './lease/redis-lease-store.ts';
import { redisKeyStore } from './parts/redis-key-store.ts';
import { redisLimitStore } from './parts/redis-limit-store.ts';
import { redisLogStore } from './parts/redis-log-store.ts';
import { redisMetricsStore } from './parts/redis-metrics-store.ts';
import { redisOrderStore } from './parts/redis-order-store.ts';
import { redisRateLimiter } from './parts/redis-rate-limiter.ts';
import { redisScheduleStore } from './parts/redis-schedule-store.ts';
import { redisStepStore } from './parts/redis-step-store.ts';
import { listWorker, redisWorkerStore } from './parts/redis-worker-store.ts';
import { words } from './script/script.ts';
import { JobStore } from './store/job-store.ts';
import { QueueStore } from './store/queue-store.ts';
import { updateJobs } from './store/update-jobs.ts';
import { redisWorkflowStore } from './workflow/redis-workflow-store.ts';
import { findUnplaced, keepTending } from './workflow/tend-workflows.ts';

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
  updates: true,
  workflows: true,
  deadLetters: true,
  diagnostics: true,
  durable: true,
  multiProcess: true,
  timeResolutionMs: 250,
});

/** The names of {@link RedisBackendOptions}. */
export const REDIS_OPTION_NAMES: readonly string[] = words(
  'redis prefix hashTag enqueueTimeout maxEvents',
);

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

/** Implements the backend contract on the keys of one queue, over connections that it shares. */
class RedisBackend extends JobStore implements Backend {
  readonly name = 'redis';
  readonly capabilities: Capabilities = capabilities;
  readonly events: RedisEventSource;
  readonly limiter = redisRateLimiter(this.store);
  readonly limits = redisLimitStore(this.store);
  readonly orders = redisOrderStore(this.store);
  readonly schedules = redisScheduleStore(this.store);
  readonly metrics = redisMetricsStore(this.store);
  readonly logs = redisLogStore(this.store);
  readonly steps = redisStepStore(this.store);
  readonly keys = redisKeyStore(this.store);
  readonly workers = redisWorkerStore(this.store);
  readonly workflows = redisWorkflowStore(this.store);
  readonly leases: LeaseStore = {
    ...leaseStoreOf(() => this.#leaseStore()),
    watch: async (params) => {
      const end = await this.#leaseStore().watch(params);
      const { logger } = this.#context;
      const report = (error: unknown): void => this.#consumers.report(error);
      const endTending = keepTending(this.store, logger, report);
      return () => {
        endTending();
        end();
      };
    },
  };
  readonly updates: UpdateStore = { update: (params) => updateJobs(this.store, params) };
  readonly diagnostics: Diagnostics = {
    examine: () => examineServer(this.store.link),
    findUnplaced: (params) => findUnplaced(this.store, params),
  };

  readonly storeId?: string;
  readonly #context: BackendContext;
  readonly #settings: Settings;
  readonly #connections: SharedConnections;
  /** Ends the jobs of BullMQ's that are removed or cancelled. */
  readonly #foreign: ForeignJobs;
  readonly #consumers: Consumers;
  /** Hands out jobs to workers elsewhere. */
  #leases: RedisLeaseStore | undefined;
  #closing: Promise<void> | undefined;

  constructor(context: BackendContext, settings: Settings) {
    const { queueName, logger } = context;
    const consumers = new Consumers(queueName);
    const connections = shareConnections({ ...settings, queueName }, (role, error) => {
      logger.debug(`The ${role} connection to Redis failed`, error);
      if (role === 'blocking') consumers.report(error);
    });
    const store = new QueueStore(connections, settings.prefix, checkQueueName(queueName));
    super(store);
    this.#context = context;
    this.#settings = settings;
    this.#connections = connections;
    this.#foreign = new ForeignJobs(store);
    this.#consumers = consumers;
    const address = addressOf(settings.target);
    if (address !== undefined) this.storeId = `${address} ${settings.prefix}`;
    this.events = new RedisEventSource(store, connections.streams);
  }

  async open(): Promise<void> {
    const { timeoutMs, maxEvents } = this.#settings;
    const { link } = this.store;
    await link.untilReady(timeoutMs);
    await checkServer(link, this.#context.logger);
    const meta = this.store.key('meta');
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

  async consume(params: ConsumeParams): Promise<Consumer> {
    const { clock } = this.#context;
    const store = new RedisLeaseStore(this.store, this.#connections.markers(), params.onError);
    return this.#consumers.start({ store, clock, params }, async () => {
      const endListing = await listWorker(this.store, this.#context, params);
      const endTending = keepTending(this.store, this.#context.logger, params.onError);
      return (forget) => {
        store.close();
        endTending();
        return endListing(forget);
      };
    });
  }

  protected override idle(): MarkerWait | undefined {
    return this.#connections.markers().seatOf(this.store.key('marker'));
  }

  protected override untie(ids: readonly string[]): Promise<void> {
    return this.#foreign.untie(ids);
  }

  #leaseStore(): RedisLeaseStore {
    this.#leases ??= new RedisLeaseStore(this.store, this.#connections.markers());
    return this.#leases;
  }

  async #close(force: boolean): Promise<void> {
    if (!force) await this.#consumers.stop();
    await this.#consumers.end(force);
    this.events.close();
    this.#foreign.close();
    this.#leases?.close();
    this.#connections.release();
  }
}
