import type { StepEntry } from '../contract/step-store.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { stepsOf } from '../run/kept-steps.ts';
import { internalsOf } from '../run/queue-internals.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { Job } from './job.ts';
import type { IQueue } from './queue-interface.ts';

/** Reads what the steps of a job in a letter left: from the letter, else from the job, if it is there. */
export async function stepsOfLetter(
  letters: IQueue,
  target: IQueue,
  { id, jobId, createdAt }: DeadLetter,
): Promise<readonly StepEntry[]> {
  const kept = await stepsOf(letters.backend, id);
  if (kept.length > 0 || target.backend.steps === undefined) return kept;
  const failed = await target.backend.get({ id: jobId });
  const isThere = failed?.status === 'failed' && failed.createdAt === createdAt.getTime();
  return isThere ? stepsOf(target.backend, jobId) : [];
}

/** Enqueues a job that begins with what steps left; as any other job if that is nothing. */
export async function enqueueWithSteps({
  target,
  definition,
  payload,
  options,
  steps,
}: {
  readonly target: IQueue;
  readonly definition: JobDefinition;
  readonly payload: unknown;
  readonly options: EnqueueOptions;
  readonly steps: readonly StepEntry[];
}): Promise<Job> {
  const { enqueueWithSteps: enqueue } = internalsOf(target);
  if (steps.length === 0 || enqueue === undefined || target.backend.steps === undefined) {
    return target.enqueue(definition, payload, options);
  }
  return enqueue(definition, payload, options, steps);
}
