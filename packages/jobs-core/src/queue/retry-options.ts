import { invalidArgument } from '../check/argument.ts';
import type { StatusOptions } from './act-options.ts';
import type { BulkQuery } from './job-query.ts';

/** Says what a job that is put back finds of its steps. */
export interface StepChoice {
  /**
   * `keep`: what its steps, sleeps and signals have stored, so that those are not run again. `forget`: nothing.
   * @default 'keep'; for `rerunJob` 'forget'
   */
  readonly steps?: 'keep' | 'forget' | undefined;
}

/** Says how `retryJob` puts a job back. */
export interface RetryOptions extends StatusOptions, StepChoice {}

/** Selects the jobs that `retryJobs` puts back, and says how. */
export interface RetryQuery extends BulkQuery, StepChoice {}

/** Says how `rerunJob` copies a job. */
export interface RerunOptions extends StepChoice {}

/** @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkStepChoice({ steps }: StepChoice): void {
  if (steps === undefined || steps === 'keep' || steps === 'forget') return;
  throw invalidArgument('steps', "'keep' or 'forget'", steps);
}
