import { tampered, type Variant } from '../variant.ts';

export const holdsBackTheName: Variant = {
  name: 'holds back all jobs of a name, whatever their keys',
  caughtBy: [
    'holds back the jobs of the same rate key, and those alone',
    'holds back the jobs of the same concurrency key, and those alone',
  ],
  create: tampered((inner, { clock }) => {
    const { limits } = inner;
    if (limits === undefined) return {};
    return {
      limits: {
        read: (params) => limits.read(params),
        barriers: (params) => limits.barriers(params),
        set: (params) => limits.set(params),
        setPaused: (params) => limits.setPaused(params),
        publish: (params) => limits.publish(params),
        holdBack: async ({ lease, ms }) => {
          const job = await inner.get({ id: lease.id });
          if (job?.fencingToken !== lease.fencingToken || job.status !== 'active') return false;
          await limits.setPaused({ name: job.name, paused: true });
          const end = (): void => void limits.setPaused({ name: job.name, paused: false });
          clock.setTimeout(end, ms);
          return true;
        },
      },
    };
  }),
};
