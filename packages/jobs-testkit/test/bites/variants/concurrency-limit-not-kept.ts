import { consumeWith, tampered, type Variant } from '../variant.ts';

export const concurrencyLimitNotKept: Variant = {
  name: 'keeps no limit on the concurrency of a name',
  caughtBy: [
    'runs no more jobs of a name at once than allowed, over all processes',
    'keeps limits that become known while the worker runs',
  ],
  create: tampered((inner) => consumeWith(inner, () => ({ concurrencyLimits: new Map() }))),
};
