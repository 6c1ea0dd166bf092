import { consumeWith, tampered, type Variant } from '../variant.ts';

export const leaseNeverEnds: Variant = {
  name: 'never takes a job back from a dead worker',
  caughtBy: [
    'gives a dead worker’s job to another one after the lease, and not before',
    'loses none of many jobs when a worker dies that held several',
    'does what the model does, whatever happens in whatever order',
  ],
  create: tampered((inner) => consumeWith(inner, () => ({ lockDuration: 1e12 }))),
};
