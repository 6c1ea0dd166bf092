import type { BackendGroup } from '../backend-group.ts';
import { runWorkflows } from '../model/run-workflows.ts';

/** The number of sequences to try, if that takes no longer than the given number of milliseconds. */
const RUNS = { virtual: 100, real: 10 } as const;
const TIME_LIMIT_MS = 8_000;

/** After any events in any order, jobs that wait for each other are in the states a simple model predicts. */
export const agreeingOnWorkflows: BackendGroup = {
  title: 'agreeing with the model of workflows',
  needs: 'workflows',
  tests: (test) => {
    test(
      'leaves each job in the state that the model does, and none blocked, over three queues',
      (trial) =>
        runWorkflows(trial, {
          runs: trial.time.isVirtual ? RUNS.virtual : RUNS.real,
          mostJobs: trial.time.isVirtual ? 60 : 16,
          timeLimitMs: TIME_LIMIT_MS,
        }),
      { timeout: 360_000 },
    );
  },
};
