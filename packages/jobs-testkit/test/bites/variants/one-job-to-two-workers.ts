import type { ConsumeParams } from '@philjs/jobs-core/backend';
import { consumeWith, sharedByQueue, tampered, type Variant } from '../variant.ts';

const consumers = sharedByQueue<ConsumeParams[]>(() => []);

export const oneJobToTwoWorkers: Variant = {
  name: 'gives one job to two workers',
  caughtBy: ['gives each job to one of many workers'],
  create: tampered((inner, context) =>
    consumeWith(inner, (params) => {
      consumers(context).push(params);
      return {
        execute: (claimed) => {
          const other = consumers(context).find((each) => each !== params);
          void other?.execute(claimed);
          return params.execute(claimed);
        },
      };
    }),
  ),
};
