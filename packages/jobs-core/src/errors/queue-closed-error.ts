import { JobsError } from './jobs-error.ts';

/** Makes the error of a call that came after `close()`. */
export function queueClosedError(queueName: string): JobsError {
  return new JobsError(
    'JOBS_QUEUE_CLOSED',
    `Queue \`${queueName}\` is closed. Make a new one with \`createQueue\`.`,
    { details: { queueName } },
  );
}
