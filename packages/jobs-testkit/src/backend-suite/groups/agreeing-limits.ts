import fc from 'fast-check';
import type { BackendGroup } from '../backend-group.ts';
import { limitOperations } from '../model/limit-operation.ts';
import { LimitRun } from '../model/limit-run.ts';

/** The number of sequences to try, if that takes no longer than the given number of milliseconds. */
const RUNS = { virtual: 200, real: 20 } as const;
const TIME_LIMIT_MS = 8_000;

/** After any events in any order, exactly those jobs are active that a simple model of the limits predicts. */
export const agreeingOnLimits: BackendGroup = {
  title: 'agreeing with the model of limits',
  needs: 'limits',
  tests: (test) => {
    test(
      'starts what the model starts, whatever happens to jobs and limits in whatever order',
      async (trial) => {
        const { isVirtual } = trial.time;
        const deadline = performance.now() + TIME_LIMIT_MS;
        const property = fc.asyncProperty(limitOperations(isVirtual), async (sequence) => {
          if (performance.now() > deadline) return;
          const each = trial.fork();
          try {
            await new LimitRun(each).run(sequence);
          } finally {
            await each.end();
          }
        });
        await fc.assert(property, { numRuns: isVirtual ? RUNS.virtual : RUNS.real });
      },
      { timeout: 360_000 },
    );
  },
};
