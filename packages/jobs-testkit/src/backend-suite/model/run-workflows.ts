import fc from 'fast-check';
import type { BackendTrial } from '../backend-trial.ts';
import { workflowOperations } from './workflow-operation.ts';
import { WorkflowRun } from './workflow-run.ts';

/** Says how many random workflows to run. */
export interface WorkflowRuns {
  readonly runs: number;
  /** The largest number of jobs in each. */
  readonly mostJobs: number;
  /** How long to go on, in milliseconds. @default until all are done */
  readonly timeLimitMs?: number;
  /** Repeats the sequences of an earlier time. @default new ones */
  readonly seed?: number;
}

/** Runs random workflows, each on queues of its own, and compares every state with the model. */
export async function runWorkflows(
  trial: BackendTrial,
  { runs, mostJobs, timeLimitMs = Number.POSITIVE_INFINITY, seed }: WorkflowRuns,
): Promise<void> {
  const deadline = performance.now() + timeLimitMs;
  const property = fc.asyncProperty(workflowOperations(mostJobs), async (sequence) => {
    if (performance.now() > deadline) return;
    const each = trial.fork();
    try {
      await new WorkflowRun(each).run(sequence);
    } finally {
      await each.end();
    }
  });
  await fc.assert(property, { numRuns: runs, ...(seed !== undefined && { seed }) });
}
