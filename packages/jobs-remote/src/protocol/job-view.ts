import type { Codec, Job, JobFailure, JsonValue } from '@philjs/jobs-core';

/** The fields of a job that are times. */
type Times = 'createdAt' | 'runAt' | 'processedAt' | 'finishedAt' | 'deadline' | 'lease';

/**
 * Is a job as the routes for producers answer it: core's `Job` with times in epoch milliseconds, and payload and result as
 * the store has them.
 */
export interface JobView extends Omit<Job, Times | 'payload' | 'result' | 'failures'> {
  readonly payload?: JsonValue;
  readonly result?: JsonValue;
  readonly failures?: readonly FailureView[];
  readonly createdAt: number;
  readonly runAt: number;
  readonly processedAt?: number;
  readonly finishedAt?: number;
  readonly deadline?: number;
}

/** Is a failed attempt with times in epoch milliseconds. */
export interface FailureView extends Omit<JobFailure, 'startedAt' | 'failedAt'> {
  readonly startedAt: number;
  readonly failedAt: number;
}

/** Makes the view of a job that its queue read by a codec. */
export function viewOf(job: Job, codec: Codec | undefined): JobView {
  const { payload, result, failures, processedAt, finishedAt, deadline, lease: _, ...rest } = job;
  return {
    ...rest,
    ...(payload !== undefined && { payload: stored(codec, payload) }),
    ...(result !== undefined && { result: stored(codec, result) }),
    ...(failures !== undefined && { failures: failures.map(failureViewOf) }),
    createdAt: job.createdAt.getTime(),
    runAt: job.runAt.getTime(),
    ...(processedAt !== undefined && { processedAt: processedAt.getTime() }),
    ...(finishedAt !== undefined && { finishedAt: finishedAt.getTime() }),
    ...(deadline !== undefined && { deadline: deadline.getTime() }),
  };
}

function failureViewOf(failure: JobFailure): FailureView {
  const { startedAt, failedAt } = failure;
  return { ...failure, startedAt: startedAt.getTime(), failedAt: failedAt.getTime() };
}

/** Writes a value as the store has it; one that its codec could not read is that already. */
function stored(codec: Codec | undefined, value: unknown): JsonValue {
  if (codec === undefined) return value as JsonValue;
  try {
    return codec.encode(value) as JsonValue;
  } catch {
    return value as JsonValue;
  }
}
