import type { Outcome } from '@philjs/jobs-core/backend';
import { consumeWith, sharedByQueue, tampered, type Variant } from '../variant.ts';

const runs = sharedByQueue(() => new Map<string, Promise<Outcome>[]>());

export const staleOutcomeAccepted: Variant = {
  name: 'records what a run reports whose lease was lost',
  caughtBy: ['refuses an outcome from a lost lease while another worker runs the job'],
  create: tampered((inner, context) =>
    consumeWith(inner, ({ execute }) => ({
      execute: (claimed) => {
        const { id } = claimed.job;
        const run = execute(claimed);
        const unfinished = [...(runs(context).get(id) ?? []), run];
        runs(context).set(id, unfinished);
        return Promise.race(unfinished).finally(() => runs(context).delete(id));
      },
    })),
  ),
};
