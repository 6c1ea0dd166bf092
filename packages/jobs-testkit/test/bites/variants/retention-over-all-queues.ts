import type { Backend } from '@philjs/jobs-core/backend';
import { consumeWith, tampered, type Variant } from '../variant.ts';

/** The backends of a store, and the fewest jobs that any job of it is to leave. */
interface Store {
  readonly backends: Backend[];
  fewest: number;
}

const stores = new WeakMap<object, Store>();

export const retentionOverAllQueues: Variant = {
  name: 'applies the retention of a queue to the others',
  caughtBy: ['limits the jobs of its own queue, and leaves those of another one alone'],
  create: tampered((inner, { clock }) => {
    const store = stores.get(clock) ?? { backends: [], fewest: Number.POSITIVE_INFINITY };
    stores.set(clock, store);
    store.backends.push(inner);
    const apply = async (backend: Backend): Promise<void> => {
      const { jobs } = await backend.list({
        statuses: ['completed'],
        order: 'newest',
        limit: 1000,
      });
      await backend.remove({ ids: jobs.slice(store.fewest).map(({ id }) => id) });
    };
    return {
      add: ({ jobs }) => {
        for (const { keepCompleted } of jobs) {
          store.fewest = Math.min(store.fewest, keepCompleted.count);
        }
        return inner.add({ jobs });
      },
      ...consumeWith(inner, ({ execute }) => ({
        execute: async (claimed) => {
          await Promise.all(store.backends.map(apply));
          return execute(claimed);
        },
      })),
    };
  }),
};
