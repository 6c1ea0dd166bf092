import type { OrderPolicy } from '@philjs/jobs-core';
import fc from 'fast-check';
import type { CapabilityFlag } from '../../suite/group.ts';
import type { BackendGroup } from '../backend-group.ts';
import type { BackendTrial } from '../backend-trial.ts';
import { limitOperations } from '../model/limit-operation.ts';
import { LimitRun } from '../model/limit-run.ts';
import { ModelRun } from '../model/model-run.ts';
import { operations } from '../model/operation.ts';
import { orderOperations } from '../model/order-operation.ts';
import { OrderRun, type Weights } from '../model/order-run.ts';
import { workflowOperations } from '../model/workflow-operation.ts';
import { WorkflowRun } from '../model/workflow-run.ts';

/** Says how many random sequences of operations each model is given, and how long they are. */
export interface ModelLength {
  /** The number of sequences on virtual time. */
  readonly virtual: number;
  /** The number of sequences on real time. */
  readonly real: number;
  /** The largest number of jobs in a workflow, on virtual and on real time. */
  readonly mostJobs: { readonly virtual: number; readonly real: number };
  /** After how long no other sequence begins, in milliseconds. */
  readonly timeLimitMs: number;
  /** How long a test may take, in milliseconds. */
  readonly timeout: number;
  /** Repeats the sequences of an earlier time. @default new ones */
  readonly seed?: number | undefined;
}

/** Runs one sequence on a backend and on a model; rejects where they differ. */
type Compare<T> = (trial: BackendTrial, sequence: T) => Promise<void>;

type RunModel = (trial: BackendTrial, length: ModelLength) => Promise<void>;

interface Model {
  readonly title: string;
  readonly needs?: CapabilityFlag;
  readonly run: RunModel;
}

const MODELS: readonly Model[] = [
  {
    title: 'does what the model does, whatever happens in whatever order',
    run: comparing(operations, (trial, sequence) => new ModelRun(trial).run(sequence)),
  },
  {
    title: 'starts what the model starts, whatever happens to jobs and limits in whatever order',
    needs: 'limits',
    run: comparing(limitOperations, (trial, sequence) => new LimitRun(trial).run(sequence)),
  },
  {
    title: 'lets no key pass the head of another twice in a fair order, whatever happens',
    needs: 'orders',
    run: comparingOrders('fair', 'equal'),
  },
  {
    title: 'starts what the model of a fair order with weights starts, whatever happens',
    needs: 'orders',
    run: comparingOrders('fair', 'different'),
  },
  {
    title: 'starts what the model of an ageing order starts, whatever happens',
    needs: 'orders',
    run: comparingOrders('ageing', 'equal'),
  },
  {
    title: 'starts what the model of an order by deadline starts, whatever happens',
    needs: 'orders',
    run: comparingOrders('deadline', 'equal'),
  },
  {
    title: 'leaves each job in the state that the model does, and none blocked, over three queues',
    needs: 'workflows',
    run: comparing(
      (isVirtual, { mostJobs: { virtual, real } }) =>
        workflowOperations(isVirtual ? virtual : real),
      (trial, sequence) => new WorkflowRun(trial).run(sequence),
    ),
  },
];

/** Makes the tests that compare a backend with each model, after any events in any order. */
export function agreeingFor(length: ModelLength): BackendGroup {
  return {
    title: 'agreeing with the models',
    tests: (test) => {
      for (const { title, needs, run } of MODELS) {
        test(title, (trial) => run(trial, length), {
          timeout: length.timeout,
          ...(needs !== undefined && { needs }),
        });
      }
    },
  };
}

/** Compares briefly: `describeModels` does it at length. */
export const agreeing: BackendGroup = agreeingFor({
  virtual: 50,
  real: 6,
  mostJobs: { virtual: 60, real: 16 },
  timeLimitMs: 8_000,
  timeout: 360_000,
});

function comparing<T>(
  sequences: (isVirtual: boolean, length: ModelLength) => fc.Arbitrary<T>,
  compare: Compare<T>,
): RunModel {
  return async (trial, length) => {
    const { isVirtual } = trial.time;
    const deadline = performance.now() + length.timeLimitMs;
    const property = fc.asyncProperty(sequences(isVirtual, length), async (sequence) => {
      if (performance.now() > deadline) return;
      const each = trial.fork();
      try {
        await compare(each, sequence);
      } finally {
        await each.end();
      }
    });
    const { virtual, real, seed } = length;
    const numRuns = isVirtual ? virtual : real;
    // A failure shows the seed and, if there is time to find it, the shortest sequence.
    await fc.assert(property, { numRuns, ...(seed !== undefined && { seed }) });
  };
}

function comparingOrders(policy: OrderPolicy, weights: Weights): RunModel {
  return comparing(orderOperations, (trial, sequence) =>
    new OrderRun(trial, policy, weights).run(sequence),
  );
}
