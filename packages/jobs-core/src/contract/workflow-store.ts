import type { AddResult, NewJob } from './new-job.ts';

/** Says what a job does when a job it is waiting for fails. */
export type DependencyFailure = 'fail' | 'continue' | 'ignore';

/** Describes a job that stays `blocked` until other jobs have finished. */
export interface DependentJob extends NewJob {
  /** The jobs it is waiting for: of the same tree, or stored before, finished ones included. */
  readonly dependsOn: readonly string[];
  /** What it does when one of them fails. */
  readonly onFailure: DependencyFailure;
}

/** Adds trees of jobs that wait for each other, in one step. No backend has this part yet. */
export interface WorkflowStore {
  /** Stores all jobs of the tree, or none. */
  addTree(params: { readonly jobs: readonly DependentJob[] }): Promise<readonly AddResult[]>;
}
