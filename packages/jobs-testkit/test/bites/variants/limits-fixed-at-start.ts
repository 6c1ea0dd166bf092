import { tampered, type Variant } from '../variant.ts';

export const limitsFixedAtStart: Variant = {
  name: 'takes over limits, and no change of them',
  caughtBy: [
    'holds all workers to what was published last, and says what that replaced',
    'keeps what was set in place of that until it is taken back',
    'raises and lowers a rate at once, counting the starts of before',
    'starts no job of a paused name, and those of others',
  ],
  create: tampered((inner) => {
    const { limits } = inner;
    if (limits === undefined) return {};
    const known = new Set<string>();
    return {
      limits: {
        read: (params) => limits.read(params),
        barriers: (params) => limits.barriers(params),
        holdBack: (params) => limits.holdBack(params),
        set: async () => undefined,
        setPaused: async () => undefined,
        publish: async (params) => {
          const fresh = [...params.limits].filter(([name]) => !known.has(name));
          for (const [name] of fresh) known.add(name);
          return limits.publish({ limits: new Map(fresh) });
        },
      },
    };
  }),
};
