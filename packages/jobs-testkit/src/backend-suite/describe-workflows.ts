import { describeSuite } from '../suite/describe-suite.ts';
import type { SuiteOptions } from '../suite/suite-options.ts';
import { BackendTrial } from './backend-trial.ts';
import { runWorkflows } from './model/run-workflows.ts';

/** Says how many random workflows to compare with the model. */
export interface WorkflowSuiteOptions extends SuiteOptions {
  /** The number of workflows. */
  readonly runs: number;
  /** The largest number of jobs in each, over three queues: at most 200. */
  readonly mostJobs: number;
  /** Repeats the workflows of an earlier time. @default new ones */
  readonly seed?: number;
}

/**
 * Registers with vitest the long form of a test of {@link describeBackend}: random jobs over three queues that wait for
 * each other, fail, are retried, cancelled and removed, and end as a model says.
 */
export function describeWorkflows(name: string, options: WorkflowSuiteOptions): void {
  const { runs, mostJobs, seed, ...rest } = options;
  const suite = {
    groups: [
      {
        title: 'agreeing with the model of workflows',
        needs: 'workflows',
        tests: (test) => {
          test(
            `leaves each job of ${runs} workflows in the state that the model does, and none blocked`,
            (trial) => runWorkflows(trial, { runs, mostJobs, ...(seed !== undefined && { seed }) }),
            { timeout: 3_600_000 },
          );
        },
      },
    ],
    createTrial: (given, sample) => new BackendTrial(given, sample),
    endTrial: (trial) => trial.end(),
  } satisfies Parameters<typeof describeSuite<BackendTrial>>[1];
  describeSuite(name, suite, rest);
}
