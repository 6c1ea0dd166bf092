import { flowsWith } from '../flows-with.ts';
import { tampered, type Variant } from '../variant.ts';

export const resultsSentUnasked: Variant = {
  name: 'sends the results of dependencies that nobody asked for',
  caughtBy: ['depends: reads what a job waits for, page by page, with results and errors'],
  create: tampered((inner) =>
    flowsWith(inner, {
      dependencies: async ({ withoutResults: _, ...params }) =>
        (await inner.workflows?.dependencies(params)) ?? { dependencies: [] },
    }),
  ),
};
