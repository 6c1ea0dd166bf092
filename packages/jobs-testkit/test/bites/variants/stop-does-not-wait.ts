import { tampered, type Variant } from '../variant.ts';

export const stopDoesNotWait: Variant = {
  name: 'stops without waiting for active jobs',
  caughtBy: [
    'waits for active jobs and records their outcomes',
    'lets a second stop wait for the first',
  ],
  create: tampered((inner) => ({
    consume: async (params) => {
      const consumer = await inner.consume(params);
      return { stop: () => consumer.stop({ timeout: 0 }) };
    },
  })),
};
