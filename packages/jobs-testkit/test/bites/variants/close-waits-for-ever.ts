import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const active = sharedByQueue(() => new Set<Promise<unknown>>());

export const closeWaitsForEver: Variant = {
  name: 'waits for handlers when it is closed, however long they take',
  caughtBy: ['gives active jobs back without waiting for them'],
  create: tampered((inner, context) => ({
    consume: (params) =>
      inner.consume({
        ...params,
        execute: (claimed) => {
          const run = params.execute(claimed);
          active(context).add(run);
          return run.finally(() => active(context).delete(run));
        },
      }),
    close: async (params) => {
      if (params?.force !== true) await Promise.all(active(context));
      return inner.close(params);
    },
  })),
};
