import { tampered, type Variant } from '../variant.ts';

export const metadataMerged: Variant = {
  name: 'keeps fields of the old metadata beside the new',
  caughtBy: ['an absent payload is stored as one, and what is not given stays'],
  create: tampered((inner) => ({
    updates: {
      update: async ({ ids: [id = ''], changes }) => {
        const job = await inner.get({ id });
        const metadata = changes.metadata && { ...job?.metadata, ...changes.metadata };
        const all = { ...changes, ...(metadata && { metadata }) };
        return (await inner.updates?.update({ ids: [id], changes: all })) ?? 0;
      },
    },
  })),
};
