import { type BackendFactory, isJobsError } from '@philjs/jobs-core';
import {
  type Backend,
  type BackendContext,
  type Capabilities,
  type ConsumeParams,
  type Consumer,
  Consumers,
  type MetricsStore,
} from '@philjs/jobs-core/backend';
import { OPERATIONS } from '../protocol/operations.ts';
import { RemoteClient } from './remote-client.ts';
import { RemoteEvents } from './remote-events.ts';
import { RemoteLeaseStore } from './remote-lease-store.ts';
import {
  type CheckedRemoteOptions,
  checkRemoteOptions,
  type RemoteBackendOptions,
} from './remote-options.ts';

/**
 * Makes backends that keep their jobs on a server, made by `createRemote`: over HTTP, from wherever the server can be reached.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function remoteBackend(options: RemoteBackendOptions): BackendFactory {
  const checked = checkRemoteOptions(options);
  return (context) => makeBackend(context, checked);
}

/** The parts of a backend whose methods are calls to the server, and the capability that each of them has. */
const PARTS = {
  limiter: 'rateLimits',
  limits: 'limits',
  orders: 'orders',
  workflows: 'workflows',
  schedules: 'schedules',
  metrics: 'metrics',
  logs: 'logs',
  steps: 'steps',
  workers: 'workers',
  updates: 'updates',
  keys: 'keys',
  diagnostics: 'diagnostics',
} as const satisfies { readonly [part in keyof Backend]?: keyof Capabilities };

function makeBackend(context: BackendContext, options: CheckedRemoteOptions): Backend {
  const client = new RemoteClient(options, context);
  const { capabilities } = options;
  const events = new RemoteEvents(client, context.clock);
  const parts = Object.entries(PARTS).filter(([, capability]) => capabilities[capability]);
  const calls: object = {
    ...callsOf(client),
    ...Object.fromEntries(parts.map(([part]) => [part, callsOf(client, part)])),
  };
  const backend: Backend = {
    ...(calls as Backend),
    ...new Life(context, client, events).methods,
    name: 'remote',
    storeId: options.url,
    capabilities,
  };
  const watched = backend.schedules && {
    ...backend.schedules,
    watch: (params: { readonly onChange: () => void }) => events.watch(params),
  };
  return {
    ...backend,
    ...(capabilities.events && { events }),
    ...(watched && { schedules: watched }),
    ...(backend.metrics && { metrics: { ...backend.metrics, record: recordBy(backend.metrics) } }),
  };
}

/** Records measurements, unless the token only produces: the workers count what happens to its jobs. */
function recordBy(metrics: MetricsStore): MetricsStore['record'] {
  return (params) =>
    metrics.record(params).catch((error: unknown) => {
      if (!isJobsError(error, 'JOBS_FORBIDDEN')) throw error;
    });
}

/** Makes a method of each call to the server that belongs to a part of the backend. */
function callsOf(client: RemoteClient, part?: string): object {
  const own = [...OPERATIONS].filter(([, operation]) => operation.part === part);
  return Object.fromEntries(
    own.map(([path, { method }]) => [method, (params?: object) => client.call(path, params)]),
  );
}

/** Opens and closes the backend, and runs its workers. */
class Life {
  readonly #context: BackendContext;
  readonly #client: RemoteClient;
  readonly #events: RemoteEvents;
  readonly #consumers: Consumers;
  #closing: Promise<void> | undefined;

  constructor(context: BackendContext, client: RemoteClient, events: RemoteEvents) {
    this.#context = context;
    this.#client = client;
    this.#events = events;
    this.#consumers = new Consumers(context.queueName);
  }

  get methods(): Pick<Backend, 'open' | 'close' | 'consume'> {
    return {
      open: async () => void (await this.#client.call('orders/read')),
      close: ({ force = false } = {}) => (this.#closing ??= this.#close(force)),
      consume: (params) => this.#consume(params),
    };
  }

  #consume(params: ConsumeParams): Promise<Consumer> {
    const { clock } = this.#context;
    const { worker, onRequest, onError } = params;
    const store = new RemoteLeaseStore({ client: this.#client, clock, worker, onRequest, onError });
    return this.#consumers.start({ store, clock, params }, async () => {
      await store.join();
      return (forget) => store.leave(forget);
    });
  }

  async #close(force: boolean): Promise<void> {
    if (!force) await this.#consumers.stop();
    await this.#consumers.end(force);
    this.#events.close();
    this.#client.close();
  }
}
