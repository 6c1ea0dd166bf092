import type { OrderPolicy } from '@philjs/jobs-core';
import fc from 'fast-check';
import type { BackendGroup } from '../backend-group.ts';
import { orderOperations } from '../model/order-operation.ts';
import { OrderRun, type Weights } from '../model/order-run.ts';

/** The number of sequences to try, if that takes no longer than the given number of milliseconds. */
const RUNS = { virtual: 200, real: 15 } as const;
const TIME_LIMIT_MS = 8_000;

const CASES: readonly {
  readonly title: string;
  readonly policy: OrderPolicy;
  readonly weights: Weights;
}[] = [
  {
    title: 'lets no key pass the head of another twice in a fair order, whatever happens',
    policy: 'fair',
    weights: 'equal',
  },
  {
    title: 'starts what the model of a fair order with weights starts, whatever happens',
    policy: 'fair',
    weights: 'different',
  },
  {
    title: 'starts what the model of an ageing order starts, whatever happens',
    policy: 'ageing',
    weights: 'equal',
  },
  {
    title: 'starts what the model of an order by deadline starts, whatever happens',
    policy: 'deadline',
    weights: 'equal',
  },
];

/** After any events in any order, exactly those jobs are active that a simple model of the orders predicts. */
export const agreeingOnOrders: BackendGroup = {
  title: 'agreeing with the model of orders',
  needs: 'orders',
  tests: (test) => {
    for (const { title, policy, weights } of CASES) {
      test(
        title,
        async (trial) => {
          const { isVirtual } = trial.time;
          const deadline = performance.now() + TIME_LIMIT_MS;
          const property = fc.asyncProperty(orderOperations(isVirtual), async (sequence) => {
            if (performance.now() > deadline) return;
            const each = trial.fork();
            try {
              await new OrderRun(each, policy, weights).run(sequence);
            } finally {
              await each.end();
            }
          });
          await fc.assert(property, { numRuns: isVirtual ? RUNS.virtual : RUNS.real });
        },
        { timeout: 360_000 },
      );
    }
  },
};
