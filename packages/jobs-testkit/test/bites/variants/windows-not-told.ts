import { consumeWith, tampered, type Variant } from '../variant.ts';

export const windowsNotTold: Variant = {
  name: 'does not say by when a job whose rate is limited must start',
  caughtBy: ['says by when a job whose rate is limited must start, and of no other job'],
  create: tampered((inner) =>
    consumeWith(inner, ({ execute }) => ({ execute: ({ job }) => execute({ job }) })),
  ),
};
