import type { QueueOrder } from '@philjs/jobs-core';
import type { NewJob } from '@philjs/jobs-core/backend';
import { addAs, outcomesAs, partWith, readAs, sharing, type Variant } from '../variant.ts';

/** Room for a number of jobs of each priority. */
const STEP = 50_000;

const inverted = <T extends { readonly priority: number }>(job: T): T => ({
  ...job,
  priority: 0 - job.priority,
});

/** Backends that start jobs in the wrong order. */
export const orderVariants: Readonly<Record<string, Variant>> = {
  'runs jobs of lower priority first': {
    caughtBy: [
      'runs jobs of higher priority first',
      'lets a job of higher priority that comes later go first',
    ],
    change: (inner) => ({ ...readAs(inner, inverted), ...addAs(inner, inverted) }),
  },
  'runs jobs of one priority last in, first out': {
    caughtBy: [
      'runs jobs of one priority first in, first out',
      'runs jobs of each priority first in, first out, from several processes',
    ],
    change: sharing(
      () => ({ added: 0 }),
      (inner, count) => ({
        ...readAs(inner, (job) => ({ ...job, priority: Math.floor(job.priority / STEP) })),
        ...addAs(inner, (job) => ({ ...job, priority: job.priority * STEP + count.added++ })),
      }),
    ),
  },
  'says that it keeps an order, and hands jobs out first in, first out': {
    caughtBy: [
      'keeps the order that the first process says, until it is changed',
      'lets a priority count as an earlier arrival in an ageing order',
      'starts the earliest deadline of a priority first, and jobs without one last',
      'starts what the model of an ageing order starts, whatever happens',
      'starts what the model of an order by deadline starts, whatever happens',
    ],
    change: (inner) =>
      partWith(inner, 'orders', () => ({
        adopt: async ({ order }) => order,
        set: async () => undefined,
        read: async () => undefined,
        place: async () => undefined,
      })),
  },
  'takes over the order of every process': {
    caughtBy: ['keeps the order that the first process says, until it is changed'],
    change: (inner) =>
      partWith(inner, 'orders', (orders) => ({
        adopt: async ({ order }) => {
          await orders.set({ order });
          return order;
        },
      })),
  },
  'applies a changed order to the jobs that are added next': {
    caughtBy: ['moves the waiting jobs when the order is changed'],
    change: sharing(
      (): { order?: QueueOrder } => ({}),
      (inner, kept) => ({
        ...partWith(inner, 'orders', (orders) => ({
          set: async ({ order }) => {
            kept.order = order;
          },
          read: async () => kept.order ?? (await orders.read()),
        })),
        add: async (params: { readonly jobs: readonly NewJob[] }) => {
          if (kept.order !== undefined) await inner.orders?.set({ order: kept.order });
          return inner.add(params);
        },
      }),
    ),
  },
  'takes all jobs of a fair order for those of one key': {
    caughtBy: [
      'lets keys take turns in a fair order, however many jobs one of them has',
      'starts a job of a new key after at most one of each other key',
      'lets no key pass the head of another twice in a fair order, whatever happens',
    ],
    change: (inner) =>
      addAs(inner, ({ order, ...job }) => ({ ...job, order: { ...order, fairKey: 'all' } })),
  },
  'gives every key of a fair order the same weight': {
    caughtBy: [
      'starts jobs of a key in proportion to its weight',
      'starts what the model of a fair order with weights starts, whatever happens',
    ],
    change: (inner) =>
      addAs(inner, ({ order, ...job }) => ({
        ...job,
        ...(order && { order: { ...order, weight: 1 } }),
      })),
  },
  'lets a job arrive again when it is tried again': {
    caughtBy: ['keeps the place of a job in an ageing order through retries and snoozes'],
    change: (inner) =>
      outcomesAs(inner, (outcome, { job }) => {
        if (outcome.type !== 'retry' && outcome.type !== 'snooze') return outcome;
        setImmediate(() => void inner.promote({ ids: [job.id] }));
        return { ...outcome, runAt: job.runAt + 1_000_000_000 };
      }),
  },
};
