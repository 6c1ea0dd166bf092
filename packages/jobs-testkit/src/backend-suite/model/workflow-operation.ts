import type { DependencyFailure } from '@philjs/jobs-core/backend';
import fc from 'fast-check';

/** The number of queues that jobs are in. */
export const QUEUES = 3;

/** Describes a job to add. */
export interface AddedJob {
  /** Which earlier jobs it waits for, those of the same call among them. */
  readonly waitsFor: readonly number[];
  readonly onFailure: DependencyFailure;
}

/** Describes one step of a workflow's life. `pick` chooses among the jobs to which it can apply. */
export type WorkflowOperation =
  | {
      readonly type: 'add';
      readonly queue: number;
      readonly jobs: readonly AddedJob[];
    }
  | {
      /** An active job adds children, and ends its run. */
      readonly type: 'grow';
      readonly pick: number;
      readonly jobs: readonly AddedJob[];
      /** Whether the job fails or goes on when one of them fails. */
      readonly onFailure: DependencyFailure;
      readonly how: 'snooze' | 'completed' | 'failed';
    }
  | {
      readonly type: 'end';
      readonly pick: number;
      readonly how: 'completed' | 'failed' | 'cancelled' | 'retry';
    }
  | { readonly type: 'cancel'; readonly pick: number }
  | { readonly type: 'remove'; readonly pick: number }
  | { readonly type: 'retry'; readonly pick: number };

const pick = fc.nat({ max: 1000 });
const onFailure = fc.constantFrom('fail' as const, 'fail' as const, 'continue' as const);
const jobs = (most: number): fc.Arbitrary<AddedJob[]> =>
  fc.array(fc.record({ waitsFor: fc.array(pick, { maxLength: 4 }), onFailure }), {
    minLength: 1,
    maxLength: most,
    size: 'max',
  });

/** Makes sequences of operations: graphs of up to `most` jobs over three queues, and what happens to them. */
export function workflowOperations(most: number): fc.Arbitrary<WorkflowOperation[]> {
  const operation: fc.Arbitrary<WorkflowOperation> = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('add' as const),
        queue: fc.nat({ max: QUEUES - 1 }),
        jobs: jobs(Math.max(1, Math.ceil(most / 8))),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('grow' as const),
        pick,
        jobs: jobs(3),
        onFailure,
        how: fc.constantFrom('snooze', 'snooze', 'snooze', 'completed', 'failed'),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('end' as const),
        pick,
        how: fc.constantFrom('completed', 'completed', 'completed', 'failed', 'cancelled', 'retry'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), pick }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('remove' as const), pick }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('retry' as const), pick }) },
  );
  return fc.array(operation, { minLength: 3, maxLength: 40, size: 'max' });
}
