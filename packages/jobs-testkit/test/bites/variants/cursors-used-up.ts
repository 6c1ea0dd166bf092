import { sharedByQueue, tampered, type Variant } from '../variant.ts';

const used = sharedByQueue(() => new Set<string>());

export const cursorsUsedUp: Variant = {
  name: 'goes on from each cursor only once',
  caughtBy: ['reads a page again from where it began, and a shorter one'],
  create: tampered((inner, context) => {
    const seen = used(context);
    return {
      list: async (params) => {
        if (params.cursor !== undefined && seen.has(params.cursor)) return { jobs: [] };
        if (params.cursor !== undefined) seen.add(params.cursor);
        return inner.list(params);
      },
    };
  }),
};
