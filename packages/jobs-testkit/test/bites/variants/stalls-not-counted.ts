import { consumeWith, tampered, type Variant } from '../variant.ts';

export const stallsNotCounted: Variant = {
  name: 'redelivers a job that kills its workers for ever',
  caughtBy: [0, 1, 2].map(
    (allowed) =>
      `fails a job that lost its worker ${allowed + 1} times when ${allowed} are allowed`,
  ),
  create: tampered((inner) => consumeWith(inner, () => ({ maxStalledCount: 1_000 }))),
};
