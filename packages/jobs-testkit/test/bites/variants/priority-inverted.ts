import { readAs, tampered, type Variant } from '../variant.ts';

const inverted = <T extends { readonly priority: number }>(job: T): T => ({
  ...job,
  priority: 0 - job.priority,
});

export const priorityInverted: Variant = {
  name: 'runs jobs of lower priority first',
  caughtBy: [
    'runs jobs of higher priority first',
    'lets a job of higher priority that comes later go first',
  ],
  create: tampered((inner) => ({
    ...readAs(inner, inverted),
    add: ({ jobs }) => inner.add({ jobs: jobs.map(inverted) }),
  })),
};
