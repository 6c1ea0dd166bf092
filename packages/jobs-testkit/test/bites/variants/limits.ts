import type { JobLimits } from '@philjs/jobs-core';
import {
  type Backend,
  type ConsumeParams,
  limitOwner,
  type NewJob,
} from '@philjs/jobs-core/backend';
import { memoryBackend } from '../../support/memory.ts';
import { addAs, consumeWith, partWith, type Variant } from '../variant.ts';

let processes = 0;

const withoutRates = (limits: ReadonlyMap<string, JobLimits> = new Map()): Map<string, JobLimits> =>
  new Map([...limits].map(([name, { rate, ...rest }]) => [name, rest]));

/** Has each job reserve its turn once it is claimed, as a store does that cannot tell which may start. */
function reserving(inner: Backend, params: ConsumeParams): Partial<ConsumeParams> {
  const { limits = new Map<string, JobLimits>(), execute } = params;
  return {
    limits: withoutRates(limits),
    execute: async (claimed) => {
      const { name, runAt, snoozeReason, rateKey = '' } = claimed.job;
      const rate = limits.get(name)?.rate;
      if (rate === undefined || snoozeReason === 'rate-limit') return execute(claimed);
      const asked = { key: `${name}:${rateKey}`, ...rate, now: claimed.job.processedAt ?? runAt };
      const { waitMs } = (await inner.limiter?.take(asked)) ?? { waitMs: 0 };
      if (waitMs === 0) return execute(claimed);
      return { type: 'snooze', reason: 'rate-limit', runAt: asked.now + waitMs };
    },
  };
}

const isShared = (owner: string): boolean => owner.startsWith('\u0001');

/** Makes the shared limit of each name a limit of that name alone. */
function apart({ name, ...job }: NewJob): NewJob {
  const own = (key: string): string => {
    const owner = limitOwner(name, key);
    return owner === name ? key : `${owner}-${name}${key.slice(owner.length)}`;
  };
  const { concurrencyKey, rateKey } = job;
  return {
    ...{ ...job, name },
    ...(concurrencyKey !== undefined && { concurrencyKey: own(concurrencyKey) }),
    ...(rateKey !== undefined && { rateKey: own(rateKey) }),
  };
}

const limitsApart = (
  limits: ReadonlyMap<string, JobLimits> = new Map(),
): Map<string, JobLimits> => {
  const names = [...limits.keys()].filter((name) => !isShared(name));
  const own = [...limits].flatMap(([owner, of]): [string, JobLimits][] =>
    isShared(owner) ? names.map((name) => [`${owner}-${name}`, of]) : [[owner, of]],
  );
  return new Map(own);
};

/** Backends that keep limits wrongly. */
export const limitVariants: Readonly<Record<string, Variant>> = {
  'keeps no limit on the concurrency of a name': {
    caughtBy: [
      'runs no more jobs of a name at once than allowed, over all processes',
      'keeps limits that become known while the worker runs',
    ],
    change: (inner) => consumeWith(inner, () => ({ concurrencyLimits: new Map() })),
  },
  'keeps rate limits for each process apart': {
    caughtBy: ['shares a limit between processes, also when they ask at once'],
    change: (_inner, context) => {
      const queueName = `${context.queueName}-${++processes}`;
      const { limiter } = memoryBackend()({ ...context, queueName });
      return limiter === undefined ? {} : { limiter };
    },
  },
  'keeps no limit on the rate of starts': {
    caughtBy: [
      'starts no more jobs in a window than allowed, over all processes, and hands each out once',
      'counts a start whose worker died, and frees its slot',
    ],
    change: (inner) => consumeWith(inner, ({ limits }) => ({ limits: withoutRates(limits) })),
  },
  'reserves turns, and keeps those of jobs that are gone': {
    caughtBy: [
      'starts no more jobs in a window than allowed, over all processes, and hands each out once',
      'gives the turns of jobs that are cleared to those that come after them',
      'gives the turns of jobs that are removed to those that come after them',
      'gives the turns of jobs that are cancelled to those that come after them',
    ],
    change: (inner) => consumeWith(inner, (params) => reserving(inner, params)),
  },
  'does not say by when a job whose rate is limited must start': {
    caughtBy: ['says by when a job whose rate is limited must start, and of no other job'],
    change: (inner) =>
      consumeWith(inner, ({ execute }) => ({ execute: ({ job }) => execute({ job }) })),
  },
  'forgets the keys that limits are counted by': {
    caughtBy: [
      'keeps the keys with the job',
      'starts what the model starts, whatever happens to jobs and limits in whatever order',
      'counts the rate of each key apart, and that of jobs without a key together',
      'counts the active jobs of each key apart, within those of the name',
    ],
    change: (inner) => addAs(inner, ({ concurrencyKey, rateKey, ...rest }) => rest),
  },
  'takes over limits, and no change of them': {
    caughtBy: [
      'holds all workers to what was published last, and says what that replaced',
      'keeps what was set in place of that until it is taken back',
      'raises and lowers a rate at once, counting the starts of before',
      'starts no job of a paused name, and those of others',
    ],
    change: (inner) => {
      const known = new Set<string>();
      return partWith(inner, 'limits', (limits) => ({
        set: async () => undefined,
        setPaused: async () => undefined,
        publish: async (params) => {
          const fresh = [...params.limits].filter(([name]) => !known.has(name));
          for (const [name] of fresh) known.add(name);
          return limits.publish({ limits: new Map(fresh) });
        },
      }));
    },
  },
  'keeps a shared limit for the jobs of each name apart': {
    caughtBy: [
      'runs no more jobs at once than a shared limit allows, whatever their names and workers',
      'starts no more jobs in a window than a shared rate allows, and says by when they must',
      'counts each key of a shared limit apart, and jobs without such a key not at all',
      'holds back all jobs that share the limit of the one whose handler asks for that',
    ],
    change: (inner) => ({
      ...addAs(inner, apart),
      ...consumeWith(inner, ({ limits }) => ({ limits: limitsApart(limits) })),
    }),
  },
  'keeps no limit that jobs share': {
    caughtBy: [
      'keeps the limit of a name beside one that it shares',
      'frees the place of a worker that died',
      'gives a start under a shared rate back that never ran, to a job of another name',
      'takes a job that is given back into the shared limit of the keys it is given back with',
      'says which shared limit keeps a job waiting',
      'changes a shared limit at once, by the name that the store keeps it by',
      'raises a shared rate at once, counting the starts of before',
    ],
    change: (inner) =>
      consumeWith(inner, ({ limits = new Map() }) => ({
        limits: new Map([...limits].filter(([name]) => !isShared(name))),
      })),
  },
  'lets the others of a strict key go on while a job waits for a further run': {
    caughtBy: [
      'keeps the others of a key waiting while one waits for its retry',
      'keeps the others of a key waiting while one waits for the end of a snooze',
      'keeps the others of a key waiting while one waits for a signal',
      'lets the next one go on when one has failed, was cancelled or was removed',
      'gives a job that was lost its place back, before others of its key',
      'does not keep a job waiting for the slot that it holds when its payload changes',
    ],
    change: (inner) =>
      addAs(inner, ({ concurrencyKey: key, ...job }) =>
        key === undefined ? job : { ...job, concurrencyKey: key.slice(0, 1) },
      ),
  },
  'lets the others of a strict key go on after a failure that holds it': {
    caughtBy: [
      'holds a key after a failure that says so, until it is retried or removed',
      'keeps a failed job that holds its key whatever its retention',
    ],
    change: (inner) =>
      addAs(inner, ({ concurrencyKey: key, ...job }) =>
        key === undefined ? job : { ...job, concurrencyKey: `${key.slice(0, 1)}\u0002` },
      ),
  },
  'holds back all jobs of a name, whatever their keys': {
    caughtBy: [
      'holds back the jobs of the same rate key, and those alone',
      'holds back the jobs of the same concurrency key, and those alone',
    ],
    change: (inner, { clock }) =>
      partWith(inner, 'limits', (limits) => ({
        holdBack: async ({ lease, ms }) => {
          const job = await inner.get({ id: lease.id });
          if (job?.fencingToken !== lease.fencingToken || job.status !== 'active') return false;
          await limits.setPaused({ name: job.name, paused: true });
          const end = (): void => void limits.setPaused({ name: job.name, paused: false });
          clock.setTimeout(end, ms);
          return true;
        },
      })),
  },
};
