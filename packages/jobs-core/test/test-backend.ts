import type { Clock } from '../src/clock/clock.ts';
import type { Backend, CancelResult, ListParams } from '../src/contract/backend.ts';
import { defineCapabilities } from '../src/contract/capabilities.ts';
import type { ConsumeParams } from '../src/contract/consumer.ts';
import type { JobRecord } from '../src/contract/job-record.ts';
import { JOB_STATUSES, type JobCounts, type JobStatus } from '../src/contract/job-status.ts';
import type { LogLine } from '../src/contract/log-store.ts';
import type { MetricsBucket } from '../src/contract/metrics-store.ts';
import type { AddResult, NewJob } from '../src/contract/new-job.ts';
import { idTakenError } from '../src/errors/error-factories.ts';
import { fromSimpleStore } from '../src/lease/from-simple-store.ts';
import { type LeaseConsumer, startLeaseConsumer } from '../src/lease/lease-consumer.ts';
import { TestStore } from './test-store.ts';

/** The handles a test has on a backend. */
export interface TestBackend extends Backend {
  readonly store: TestStore;
  readonly measured: MetricsBucket[];
  /** Replacements of methods, by name (`add`, `limiter.take` …). */
  readonly faults: Map<string, (params: never) => unknown>;
  /** The methods called so far. */
  readonly calls: string[];
}

interface TestBackendOptions {
  readonly clock: Clock;
  /** Whether it has the optional parts. @default true */
  readonly parts?: boolean;
  /** Whether its events never miss anything. @default true */
  readonly reliableEvents?: boolean;
}

/** Makes a whole backend in memory, the smallest there can be, that tests can break at will. */
export function testBackend(options: TestBackendOptions): TestBackend {
  const { clock, parts = true, reliableEvents = true } = options;
  const store = new TestStore();
  const faults = new Map<string, (params: never) => unknown>();
  const calls: string[] = [];
  const consumers = new Set<LeaseConsumer>();
  const workers = new Map<string, Pick<ConsumeParams, 'worker' | 'onRequest'>>();
  const logs = new Map<string, LogLine[]>();
  const measured: MetricsBucket[] = [];
  const slots = new Map<string, number[]>();

  const each = (
    ids: readonly string[],
    statuses: readonly string[],
    change: (id: string) => void,
  ): number => {
    const found = ids.filter((id) => statuses.includes(store.jobs.get(id)?.record.status ?? ''));
    found.forEach(change);
    return found.length;
  };
  const remove = (
    ids: readonly string[],
    statuses: readonly JobStatus[] = JOB_STATUSES,
  ): number => {
    const found = ids.filter((id) => {
      const { status = 'active' } = store.jobs.get(id)?.record ?? {};
      return status !== 'active' && statuses.includes(status);
    });
    for (const id of found) {
      store.tell('removed', store.jobs.get(id)!.record);
      store.jobs.delete(id);
    }
    return found.length;
  };

  const core: Omit<Backend, 'name' | 'capabilities'> = {
    open: async () => undefined,
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.stop({ timeout: 0 })));
    },
    add: async ({ jobs }) => jobs.map((job) => addJob(store, job)),
    consume: async (params) => {
      const consumer = await startLeaseConsumer({ store: fromSimpleStore(store), clock, params });
      consumers.add(consumer);
      workers.set(params.worker.id, params);
      const stop: LeaseConsumer['stop'] = async (how) => {
        await consumer.stop(how);
        consumers.delete(consumer);
        workers.delete(params.worker.id);
      };
      return { resize: (to) => consumer.resize(to), stop };
    },
    setProgress: async ({ lease, progress }) => {
      const stored = store.held(lease);
      if (stored === undefined) return false;
      store.change(stored, { progress });
      store.tell('progress', stored.record, { progress });
      return true;
    },
    get: async ({ id }) => structuredClone(store.jobs.get(id)?.record),
    list: async (params) => listJobs(store, params),
    counts: async () => countJobs(store),
    remove: async ({ ids, statuses }) => remove(ids, statuses),
    retry: async ({ ids, statuses = JOB_STATUSES }) => {
      const retried = (['failed', 'cancelled'] as const).filter((one) => statuses.includes(one));
      return each(ids, retried, (id) => {
        const gone = { error: undefined, failures: undefined, expiresAt: undefined };
        const fresh = { ...gone, attemptsMade: 0, stalledCount: 0 };
        const stored = store.jobs.get(id)!;
        store.change(stored, { ...fresh, status: 'waiting', finishedAt: undefined });
        store.tell('waiting', stored.record);
        store.ready();
      });
    },
    promote: async ({ ids }) =>
      each(ids, ['delayed'], (id) => {
        store.change(store.jobs.get(id)!, { status: 'waiting', runAt: clock.now() });
        store.ready();
      }),
    cancel: async (params) => cancelJob(store, params, clock.now()),
    clear: async ({ statuses = JOB_STATUSES } = {}) =>
      remove(statuses.flatMap((status) => store.list(status).map(({ record }) => record.id))),
    setPaused: async ({ paused }) => {
      store.paused = paused;
      store.emit({ type: paused ? 'paused' : 'resumed', at: clock.now() });
      store.ready();
    },
    isPaused: async () => store.paused,
  };

  const optional: Partial<Backend> = {
    events: {
      subscribe: async ({ onEvent }) => {
        store.listeners.add(onEvent);
        return { unsubscribe: async () => void store.listeners.delete(onEvent) };
      },
    },
    limiter: {
      take: async ({ key, max, per, now }) => {
        const taken = slots.get(key) ?? [];
        const slot = Math.max(now, (taken.at(-max) ?? Number.NEGATIVE_INFINITY) + per);
        slots.set(key, [...taken, slot]);
        return { waitMs: slot - now };
      },
    },
    metrics: {
      record: async ({ buckets }) => void measured.push(...buckets),
      read: async () => measured,
      clear: async () => void measured.splice(0),
    },
    updates: {
      update: async ({ ids, changes }) => {
        const { payload, ...rest } = changes;
        const isNote = Object.keys(changes).every((name) => name === 'metadata');
        const states = isNote ? JOB_STATUSES.filter((s) => s !== 'active') : ['waiting', 'delayed'];
        return each(ids, states, (id) => {
          const { value, ...kept } = payload ?? {};
          const at = rest.runAt;
          store.change(store.jobs.get(id)!, {
            ...rest,
            ...kept,
            ...(payload && { payload: value }),
            ...(at !== undefined && { status: at > clock.now() ? 'delayed' : 'waiting' }),
          });
          store.ready();
        });
      },
    },
    logs: {
      append: async ({ id, lines }) => void logs.set(id, [...(logs.get(id) ?? []), ...lines]),
      read: async ({ id, offset = 0, limit = 1000 }) => {
        const all = logs.get(id) ?? [];
        return { lines: all.slice(offset, offset + limit), total: all.length };
      },
    },
    steps: {
      read: async ({ id }) =>
        [...(store.jobs.get(id)?.steps ?? [])].map(([key, text]) => ({ key, text })),
      write: async ({ lease, key, text }) => {
        store.held(lease)?.steps.set(key, text);
        return store.held(lease) !== undefined;
      },
      signal: async ({ id, key, text, now }) => {
        const stored = store.jobs.get(id);
        if (stored === undefined) return 'not-found';
        if (stored.record.finishedAt !== undefined) return 'ended';
        stored.steps.set(key, text);
        const { status, snoozeReason } = stored.record;
        if (status === 'delayed' && snoozeReason === 'signal') {
          store.change(stored, { status: 'waiting', runAt: now });
          store.ready();
        }
        return 'stored';
      },
      clear: async ({ id }) => {
        const stored = store.jobs.get(id);
        if (stored?.record.finishedAt === undefined) return false;
        stored.steps.clear();
        return true;
      },
    },
    workers: {
      list: async () =>
        [...workers.values()].map(({ worker }) => ({ ...worker, seenAt: clock.now() })),
      ask: async ({ id, request }) => {
        workers.get(id)?.onRequest?.(request);
        return workers.has(id);
      },
    },
  };

  const breakable = <T extends object>(methods: T, prefix = ''): T =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        typeof method === 'object'
          ? breakable(method as object, `${name}.`)
          : (params: never) => {
              calls.push(prefix + name);
              return (faults.get(prefix + name) ?? method)(params);
            },
      ]),
    ) as T;

  const flags = {
    events: parts,
    rateLimits: parts,
    metrics: parts,
    logs: parts,
    steps: parts,
    workers: parts,
    updates: parts,
  };
  return {
    name: 'test',
    capabilities: defineCapabilities({
      ...flags,
      reliableEvents: parts && reliableEvents,
      concurrencyLimits: parts,
      deduplication: parts,
      virtualTime: true,
    }),
    ...breakable(core),
    ...(parts && breakable(optional)),
    store,
    faults,
    calls,
    measured,
  };
}

function addJob(store: TestStore, job: NewJob): AddResult {
  const takenBy = store.jobs.get(job.id)?.record.name ?? job.name;
  if (takenBy !== job.name) throw idTakenError({ jobId: job.id, name: job.name, takenBy });
  if (store.jobs.has(job.id)) return { id: job.id, outcome: 'duplicate' };
  const { deduplication } = job;
  const holder = [...store.jobs.values()].find(
    ({ record }) =>
      deduplication !== undefined &&
      record.deduplicationKey === deduplication.key &&
      record.finishedAt === undefined,
  );
  if (holder === undefined) {
    store.insert(job);
    return { id: job.id, outcome: 'added' };
  }
  const { id } = holder.record;
  if (deduplication?.mode === 'drop') return { id, outcome: 'duplicate' };
  store.change(holder, { payload: job.payload });
  if (deduplication?.mode === 'extend') store.change(holder, { runAt: job.runAt });
  return { id, outcome: 'replaced' };
}

function listJobs(
  store: TestStore,
  { statuses, names, order, cursor, limit }: ListParams,
): { jobs: JobRecord[]; cursor?: string } {
  const all = statuses.flatMap((status) => {
    const due = ({ record }: { record: JobRecord }) => (status === 'delayed' ? record.runAt : 0);
    const found = store.list(status).sort((a, b) => due(a) - due(b) || a.turn - b.turn);
    return order === 'newest' ? found.reverse() : found;
  });
  const from = cursor === undefined ? 0 : all.findIndex(({ record }) => record.id === cursor) + 1;
  const page = all
    .slice(from)
    .map(({ record }) => structuredClone(record))
    .filter(({ name }) => names?.includes(name) ?? true);
  const last = page[limit - 1];
  return { jobs: page.slice(0, limit), ...(page.length > limit && last && { cursor: last.id }) };
}

function countJobs(store: TestStore): JobCounts {
  const counts = JOB_STATUSES.map((status) => [status, store.list(status).length]);
  return Object.fromEntries(counts) as JobCounts;
}

function cancelJob(
  store: TestStore,
  { id, statuses, reason, force = false, error }: Parameters<Backend['cancel']>[0],
  now: number,
): CancelResult {
  const stored = store.jobs.get(id);
  if (stored === undefined) return 'not-found';
  if (stored.record.finishedAt !== undefined) return 'finished';
  if (statuses?.includes(stored.record.status) === false) return 'other-status';
  if (stored.record.status !== 'active') {
    store.finishFailed(stored, 'cancelled', { error }, now);
    return 'cancelled';
  }
  store.change(stored, { cancelRequested: { force, ...(reason && { reason }) } });
  store.cancelled(stored, reason, force);
  return 'requested';
}
