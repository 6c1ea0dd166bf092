import type { BackendFactory } from '@philjs/jobs-core';
import type { Backend, BackendContext, ConsumeParams, JobRecord } from '@philjs/jobs-core/backend';
import { memoryBackend } from '../support/memory.ts';

/** Describes a backend that is broken in one way, and which tests of the suite must notice. */
export interface Variant {
  /** The defect it has. */
  readonly name: string;
  /** The tests meant to catch it: all of them must fail. */
  readonly caughtBy: readonly string[];
  readonly create: BackendFactory;
}

/** Makes a memory backend of which some members are others. */
export function tampered(
  change: (inner: Backend, context: BackendContext) => Partial<Backend>,
  adapt: (context: BackendContext) => BackendContext = (context) => context,
): BackendFactory {
  const create = memoryBackend();
  return (given) => {
    const context = adapt(given);
    const inner = create(context);
    const changed = change(inner, context);
    return new Proxy(inner, {
      get(target, key: keyof Backend) {
        if (key in changed) return changed[key];
        const value = target[key];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}

/** Changes what `consume` is given. */
export function consumeWith(
  inner: Backend,
  change: (params: ConsumeParams) => Partial<ConsumeParams>,
): Pick<Backend, 'consume'> {
  return { consume: (params) => inner.consume({ ...params, ...change(params) }) };
}

/** Changes jobs on their way out, wherever they are read. */
export function readAs(
  inner: Backend,
  change: (job: JobRecord) => JobRecord,
): Pick<Backend, 'consume' | 'get' | 'list'> {
  return {
    ...consumeWith(inner, ({ execute }) => ({
      execute: ({ job }) => execute({ job: change(job) }),
    })),
    get: async (params) => {
      const job = await inner.get(params);
      return job && change(job);
    },
    list: async (params) => {
      const page = await inner.list(params);
      return { ...page, jobs: page.jobs.map(change) };
    },
  };
}

/** Keeps something for all backends of a queue: those of one name and clock. */
export function sharedByQueue<T>(create: () => T): (context: BackendContext) => T {
  const byClock = new WeakMap<object, Map<string, T>>();
  return ({ clock, queueName }) => {
    const byName = byClock.get(clock) ?? new Map<string, T>();
    byClock.set(clock, byName);
    const kept = byName.get(queueName) ?? create();
    byName.set(queueName, kept);
    return kept;
  };
}
