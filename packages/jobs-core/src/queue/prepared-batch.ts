import type { NewJob } from '../contract/new-job.ts';
import type { JobDefinition } from '../job/job-definition.ts';

/** Holds one job ready to be stored. */
export interface PreparedJob {
  readonly job: NewJob;
  readonly definition: JobDefinition;
  /** Whether the caller gave the id. */
  readonly hasOwnId: boolean;
  /** The id by which others of the call wait for it, before a middleware gave it another one. */
  readonly namedId?: string | undefined;
}

/** Holds the jobs of one call, ready to be stored: in lists side by side, which cost no object for each job. */
export class PreparedBatch {
  /** The jobs. */
  readonly jobs: NewJob[] = [];
  /** The definition of each. */
  readonly definitions: JobDefinition[] = [];
  /** The positions of those whose id the caller gave. */
  readonly given: number[] = [];
  /** Whether any of them waits for another. */
  hasDependents = false;

  /** Makes a batch of the given jobs. */
  static of(prepared: readonly PreparedJob[]): PreparedBatch {
    const batch = new PreparedBatch();
    for (const { job, definition, hasOwnId } of prepared) batch.add(job, definition, hasOwnId);
    return batch;
  }

  /** Adds a job. */
  add(job: NewJob, definition: JobDefinition, hasOwnId: boolean): void {
    if (hasOwnId) this.given.push(this.jobs.length);
    if (job.dependsOn !== undefined) this.hasDependents = true;
    this.jobs.push(job);
    this.definitions.push(definition);
  }
}
