import { flowsWith } from '../flows-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const delayedByAnotherClock: Variant = {
  name: 'delays a job until the clock of who added it was reached',
  caughtBy: [
    'depends: releases a job without a delay at once, though the clock of who added it is ahead',
  ],
  create: tampered((inner) =>
    // It forgets when the job was added, and so whether its time is a delay.
    flowsWith(inner, { job: (job) => ({ ...job, createdAt: 0 }) }),
  ),
};
