import type { JobRecord } from './job-record.ts';
import type { DependencyRecord, JobRef } from './workflow-store.ts';

/** Describes a job that another waits for, as the other one knows it. */
export interface DependencyEdge extends JobRef, Pick<DependencyRecord, 'name' | 'status'> {
  /** Whether the waiting job added it while it ran. */
  readonly isChild: boolean;
  /** Whether the waiting job goes on when it fails, is cancelled or is removed. */
  readonly isTolerated: boolean;
}

type DependencyFacts = {
  readonly [field in
    | 'createdAt'
    | 'processedAt'
    | 'finishedAt'
    | 'result'
    | 'error'
    | 'dependencies']?: JobRecord[field] | undefined;
};

/** Makes a {@link DependencyRecord} of what the waiting job knows, and of the job itself unless that was removed. */
export function dependencyRecord(
  edge: DependencyEdge,
  job: DependencyFacts = {},
): DependencyRecord {
  const { isChild, isTolerated, ...known } = edge;
  const { createdAt, processedAt, finishedAt, result, error, dependencies } = job;
  return {
    ...known,
    ...(isChild && { isChild }),
    ...(isTolerated && { isTolerated }),
    ...(createdAt !== undefined && { createdAt }),
    ...(processedAt !== undefined && { processedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    ...(dependencies !== undefined && { dependencies }),
  };
}
