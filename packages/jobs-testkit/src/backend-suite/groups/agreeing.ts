import fc from 'fast-check';
import type { BackendGroup } from '../backend-group.ts';
import { ModelRun } from '../model/model-run.ts';
import { operations } from '../model/operation.ts';

/** The number of sequences to try, if that takes no longer than the given number of milliseconds. */
const RUNS = { virtual: 200, real: 30 } as const;
const TIME_LIMIT_MS = 8_000;

/** After any events in any order, the backend does what a simple model of the contract predicts. */
export const agreeing: BackendGroup = {
  title: 'agreeing with the model',
  tests: (test) => {
    test(
      'does what the model does, whatever happens in whatever order',
      async (trial) => {
        const { isVirtual } = trial.time;
        const deadline = performance.now() + TIME_LIMIT_MS;
        const property = fc.asyncProperty(operations(isVirtual), async (sequence) => {
          if (performance.now() > deadline) return;
          const each = trial.fork();
          try {
            await new ModelRun(each).run(sequence);
          } finally {
            await each.end();
          }
        });
        // A failure shows the seed and, if there is time to find it, the shortest sequence.
        await fc.assert(property, { numRuns: isVirtual ? RUNS.virtual : RUNS.real });
      },
      { timeout: 360_000 },
    );
  },
};
