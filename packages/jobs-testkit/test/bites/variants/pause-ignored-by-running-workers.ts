import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const state = sharedByQueue(() => ({ isPaused: false, onResume: [] as (() => void)[] }));

export const pauseIgnoredByRunningWorkers: Variant = {
  name: 'pauses only workers that begin later',
  caughtBy: [
    'starts nothing on any process while paused, and goes on when resumed',
    'keeps a running worker from starting the next job',
  ],
  create: tampered((inner, context) => {
    const queue = state(context);
    return {
      isPaused: async () => queue.isPaused,
      setPaused: async ({ paused }) => {
        queue.isPaused = paused;
        if (!paused) for (const resume of queue.onResume.splice(0)) resume();
      },
      consume: async (params) => {
        if (!queue.isPaused) return inner.consume(params);
        queue.onResume.push(() => void inner.consume(params));
        return { stop: async () => undefined };
      },
    };
  }),
};
