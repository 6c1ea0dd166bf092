import { tampered, type Variant } from '../variant.ts';

export const updatesJobsThatEnded: Variant = {
  name: 'says that it changed jobs which have ended',
  caughtBy: ['leaves jobs alone that run or have ended, but for what is noted of the latter'],
  create: tampered((inner) => ({
    updates: {
      update: async ({ ids, changes }) => {
        await inner.updates?.update({ ids, changes });
        const found = await Promise.all(ids.map((id) => inner.get({ id })));
        return found.filter((job) => job !== undefined).length;
      },
    },
  })),
};
