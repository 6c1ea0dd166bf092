import type { Backend } from '../contract/backend.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { StepEntry } from '../contract/step-store.ts';

/** Names the metadata of a job that was stored with what steps had left: its first run reads that, too. */
const KEPT = 'philjs.steps';

/** Returns whether entries may be stored of a job that starts now. */
export function mayHaveSteps({ fencingToken, metadata }: JobRecord): boolean {
  return fencingToken > 1 || metadata[KEPT] !== undefined;
}

/** Makes a job that begins with what the steps of another one left. */
export function withSteps(job: NewJob, steps: readonly StepEntry[]): NewJob {
  const { [KEPT]: _, ...metadata } = job.metadata;
  if (steps.length === 0) return KEPT in job.metadata ? { ...job, metadata } : job;
  return { ...job, steps, metadata: { ...metadata, [KEPT]: true } };
}

/** Reads what the steps of a job left; nothing where the store keeps no steps. */
export async function stepsOf(
  { steps }: Pick<Backend, 'steps'>,
  id: string,
): Promise<readonly StepEntry[]> {
  return (await steps?.read({ id })) ?? [];
}
