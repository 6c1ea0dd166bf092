import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { withDeadLetter } from './dead-letter.ts';
import { stepsOf } from './kept-steps.ts';
import type { RunServices } from './run-services.ts';

/**
 * Adds a dead letter to the outcome of a job that failed for good, as {@link withDeadLetter}, and to that what the steps of the job
 * left, since the job may be removed. Where they cannot be read, the letter goes without: a redrive looks for the job, too.
 * Never rejects.
 */
export function withLetter(
  services: RunServices,
  job: JobRecord,
  outcome: Outcome,
  own: string | undefined,
): MaybePromise<Outcome> {
  const kept = withDeadLetter(services, job, outcome, own);
  if (kept.type !== 'fail' || kept.deadLetter === undefined) return kept;
  return services.backend.steps === undefined ? kept : addSteps(services, job, kept);
}

async function addSteps(
  services: RunServices,
  { id, name }: JobRecord,
  outcome: Extract<Outcome, { readonly type: 'fail' }>,
): Promise<Outcome> {
  try {
    const steps = await stepsOf(services.backend, id);
    if (steps.length === 0 || outcome.deadLetter === undefined) return outcome;
    const { queue, job } = outcome.deadLetter;
    return { ...outcome, deadLetter: { queue, job: { ...job, steps } } };
  } catch (error) {
    services.reportError(error, { jobId: id, name });
    return outcome;
  }
}
