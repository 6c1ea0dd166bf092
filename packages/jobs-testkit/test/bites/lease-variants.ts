import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Backend,
  type ExchangeAnswer,
  type ExchangeParams,
  KEPT_ANSWERS,
  type Lease,
  type LeaseStore,
} from '@philjs/jobs-core/backend';

/** Describes a lease store that is broken in one way, and which tests of the suite must notice. */
interface LeaseVariant {
  /** The tests meant to catch it: all of them must fail. */
  readonly caughtBy: readonly string[];
  readonly leases: (backend: Backend) => LeaseStore;
}

/** Makes a lease store in memory of which some methods are others. */
function leasesWith(
  change: (inner: LeaseStore, backend: Backend) => Partial<LeaseStore>,
): (backend: Backend) => LeaseStore {
  return (backend) => {
    const inner = backend.leases as LeaseStore;
    return {
      exchange: (params) => inner.exchange(params),
      extend: (params) => inner.extend(params),
      ...change(inner, backend),
    };
  };
}

/** Makes one that changes what every exchange is given. */
function exchangesWith(
  change: (params: ExchangeParams) => Partial<ExchangeParams>,
): (backend: Backend) => LeaseStore {
  return leasesWith((inner) => ({
    exchange: (params) => inner.exchange({ ...params, ...change(params) }),
  }));
}

let calls = 0;
const answers = new WeakMap<object, Map<number, ExchangeAnswer>>();

/** All lease stores that are broken on purpose, by the defect they have. */
export const leaseVariants: Readonly<Record<string, LeaseVariant>> = {
  'gives two calls that are under way the same jobs': {
    caughtBy: ['answers as many calls of a holder at once as a worker makes'],
    leases: leasesWith((inner) => {
      let underWay: Promise<ExchangeAnswer> | undefined;
      return {
        exchange: async (params) => {
          if (underWay !== undefined) return underWay;
          underWay = (async () => inner.exchange(params))();
          await nextTurn();
          const answer = await underWay;
          underWay = undefined;
          return answer;
        },
      };
    }),
  },
  'locks rows in another order when it renews than when it records': {
    caughtBy: [
      'records what ends while it is being renewed',
      'hands each job to one holder while all of them end, renew and are administered',
    ],
    leases: leasesWith((inner) => {
      let locked = new Set<string>();
      return {
        exchange: async (params) => {
          locked = new Set(params.ended.map(({ lease }) => lease.id));
          await nextTurn();
          locked = new Set();
          return inner.exchange(params);
        },
        extend: async (params) => {
          if (params.leases.some(({ id }) => locked.has(id))) throw new Error('deadlock detected');
          return inner.extend(params);
        },
      };
    }),
  },
  'does again what a repeated call asks for': {
    caughtBy: [
      'answers a known number as before, and changes nothing',
      'refuses nothing that was recorded, though the record was removed since',
      'does not run again what was recorded and put back by hand since',
    ],
    leases: exchangesWith(() => ({ sequence: ++calls })),
  },
  'knows leases by the id of their job': {
    caughtBy: ['tells two leases of one job apart, though one holder had both'],
    leases: leasesWith((inner) => {
      const latest = new Map<string, number>();
      const current = ({ id, fencingToken }: Lease): Lease => ({
        id,
        fencingToken: latest.get(id) ?? fencingToken,
      });
      return {
        exchange: async (params) => {
          const ended = params.ended.map((one) => ({ ...one, lease: current(one.lease) }));
          const answer = await inner.exchange({ ...params, ended });
          for (const { id, fencingToken } of answer.jobs) latest.set(id, fencingToken);
          return answer;
        },
        extend: (params) => inner.extend({ ...params, leases: params.leases.map(current) }),
      };
    }),
  },
  'lets a lease belong for good to the name it was handed out to': {
    caughtBy: ['renews a lease in the name that asks for it, and that holds it from then on'],
    leases: leasesWith((inner) => {
      const names = new Map<string, string>();
      return {
        exchange: async (params) => {
          const answer = await inner.exchange(params);
          for (const { id } of answer.jobs) names.set(id, params.holder);
          return answer;
        },
        extend: (params) => {
          const [first] = params.leases;
          const holder = names.get(first?.id ?? '') ?? params.holder;
          return inner.extend({ ...params, holder });
        },
      };
    }),
  },
  'takes another name of a worker for the first': {
    caughtBy: [
      'hands out again, after its lease, a job of an answer that could not be read',
      'leaves a worker what it holds, while it loses what it does not know',
      'hands out again what its worker takes for recorded, once that works on after the lease',
    ],
    leases: exchangesWith(({ holder }) => ({ holder: holder.replace(/~\d+$/, '') })),
  },
  'says nothing of when the leases of others end': {
    caughtBy: ['hands out again, after its lease, a job of an answer that could not be read'],
    leases: leasesWith((inner) => ({
      exchange: async (params) => {
        const { nextAt, ...answer } = await inner.exchange(params);
        return nextAt === params.now ? { ...answer, nextAt } : answer;
      },
      // The loop polls a store that reports nothing.
      watch: (watcher) => inner.watch?.(watcher) ?? (() => undefined),
    })),
  },
  'numbers the exchanges of each name': {
    caughtBy: ['answers each number of a worker that goes on under another name and back'],
    leases: leasesWith((inner) => {
      const made = new Map<string, number>();
      return {
        exchange: (params) => {
          const sequence = (made.get(params.holder) ?? 0) + 1;
          made.set(params.holder, sequence);
          return inner.exchange({ ...params, sequence });
        },
      };
    }),
  },
  'makes any number of due jobs ready in one call': {
    caughtBy: ['makes them ready in slices, and says that there are more'],
    leases: leasesWith((inner, backend) => ({
      exchange: async (params) => {
        for (;;) {
          const statuses = ['delayed'] as const;
          const { jobs } = await backend.list({ statuses, order: 'oldest', limit: 1_000 });
          const due = jobs.filter(({ runAt }) => runAt <= params.now).map(({ id }) => id);
          if (due.length === 0) return inner.exchange(params);
          await backend.promote({ ids: due });
        }
      },
    })),
  },
  'remembers answers by their number alone': {
    caughtBy: ['tells the numbers of one holder from those of another'],
    leases: leasesWith((inner, backend) => ({
      exchange: async (params) => {
        // The same for all backends of a queue: they share the object that says what they can.
        const known = answers.get(backend.capabilities) ?? new Map<number, ExchangeAnswer>();
        answers.set(backend.capabilities, known);
        const answer = known.get(params.sequence) ?? (await inner.exchange(params));
        known.set(params.sequence, answer);
        return answer;
      },
    })),
  },
  'remembers one call less than a worker makes at once': {
    caughtBy: [
      'remembers the last calls of a holder, in whatever order they are made again',
      'remembers the last calls of a holder that came in another order',
      'answers as many calls of a holder at once as a worker makes',
    ],
    leases: leasesWith((inner) => {
      let kept: number[] = [];
      let own = 0;
      const numbers = new Map<number, number>();
      return {
        exchange: (params) => {
          if (!kept.includes(params.sequence)) {
            own += 1;
            numbers.set(params.sequence, own);
            kept = [...kept, params.sequence].slice(1 - KEPT_ANSWERS);
          }
          return inner.exchange({ ...params, sequence: numbers.get(params.sequence) ?? 0 });
        },
      };
    }),
  },
  'answers a repeated call with jobs that are others’ by now': {
    caughtBy: ['leaves out the jobs that were taken back since'],
    leases: leasesWith((inner) => {
      const answers = new Map<string, ExchangeAnswer>();
      return {
        exchange: async (params) => {
          const key = `${params.holder} ${params.sequence}`;
          const answer = answers.get(key) ?? (await inner.exchange(params));
          answers.set(key, answer);
          return answer;
        },
      };
    }),
  },
  'stops at the first lease it refuses': {
    caughtBy: [
      'records 64 ended leases, and refuses those of them that are not held',
      'records 1000 ended leases, and refuses those of them that are not held',
    ],
    leases: leasesWith((inner) => ({
      exchange: async (params) => {
        let sequence = params.sequence * 1_000;
        for (const [index, one] of params.ended.entries()) {
          sequence += 1;
          const { refused } = await inner.exchange({ ...params, sequence, ended: [one], limit: 0 });
          if (refused.length === 0) continue;
          const left = params.ended.slice(index).map(({ lease }) => lease);
          return { refused: left, jobs: [], stalled: [], now: params.now };
        }
        return inner.exchange({ ...params, sequence: sequence + 1, ended: [] });
      },
    })),
  },
  'takes a late holder’s own jobs for stalled': {
    caughtBy: ['never takes a holder’s own leases for stalled, however late it is'],
    leases: exchangesWith(({ holder, sequence }) => ({ holder: `${holder} ${sequence}` })),
  },
  'puts a job given back unstarted behind all others': {
    caughtBy: ['gives unstarted jobs back ahead of those that came after them'],
    leases: exchangesWith(({ ended, now }) => ({
      ended: ended.map(({ lease, outcome }) =>
        outcome.type === 'unstarted'
          ? { lease, outcome: { type: 'snooze', reason: 'snoozed', runAt: now } }
          : { lease, outcome },
      ),
    })),
  },
};
