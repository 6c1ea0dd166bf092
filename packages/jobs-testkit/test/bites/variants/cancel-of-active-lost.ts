import { tampered, type Variant } from '../variant.ts';

export const cancelOfActiveLost: Variant = {
  name: 'forgets the wish to cancel an active job',
  caughtBy: [
    'tells an active job’s run of the wish, made by the same process',
    'tells an active job’s run of the wish, made by another process',
    'ends an active job at once when forced by another process',
    'keeps the request for the worker that takes over from one that died',
  ],
  create: tampered((inner) => ({
    cancel: async (params) => {
      const job = await inner.get({ id: params.id });
      return job?.status === 'active' ? 'requested' : inner.cancel(params);
    },
  })),
};
