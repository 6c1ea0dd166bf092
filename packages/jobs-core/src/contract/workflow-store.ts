import type { AddResult, NewJob } from './new-job.ts';

/** Says what a job does when one it waits for fails. */
export type DependencyFailure = 'fail' | 'continue' | 'ignore';

/** Describes a job that waits, `blocked`, until others have finished. */
export interface DependentJob extends NewJob {
  /** The jobs it waits for: of the same tree, or stored before, finished ones included. */
  readonly dependsOn: readonly string[];
  /** What it does when one of them fails. */
  readonly onFailure: DependencyFailure;
}

/** Adds trees of jobs that wait for each other, all at once. No backend has this part yet. */
export interface WorkflowStore {
  /** Stores all jobs of the tree, or none. */
  addTree(params: { readonly jobs: readonly DependentJob[] }): Promise<readonly AddResult[]>;
}
