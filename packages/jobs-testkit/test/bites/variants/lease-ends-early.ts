import { consumeWith, tampered, type Variant } from '../variant.ts';

export const leaseEndsEarly: Variant = {
  name: 'takes a job back before the lease is over',
  caughtBy: ['gives a dead worker’s job to another one after the lease, and not before'],
  create: tampered((inner) =>
    consumeWith(inner, ({ lockDuration }) => ({ lockDuration: lockDuration * 0.9 })),
  ),
};
