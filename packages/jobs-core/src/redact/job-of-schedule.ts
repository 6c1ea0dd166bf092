import type { Job } from '../queue/job.ts';

/** Describes the job that a schedule enqueues, as far as a redactor needs it. */
export interface ScheduledTemplate {
  /** The id of the schedule. */
  readonly id: string;
  /** The name of the job. */
  readonly jobName: string;
  /** Its payload. */
  readonly payload?: unknown;
  /** How it is enqueued. */
  readonly options?:
    | {
        readonly enqueueOptions?:
          | { readonly metadata?: Readonly<Record<string, unknown>> | undefined }
          | undefined;
      }
    | undefined;
}

/** Makes a job as a schedule would enqueue it: a redactor masks in texts what is hidden of a job. */
export function jobOfSchedule({ id, jobName, payload, options }: ScheduledTemplate): Job {
  const createdAt = new Date(0);
  return {
    id,
    queueName: '',
    name: jobName,
    payload,
    metadata: (options?.enqueueOptions?.metadata ?? {}) as Job['metadata'],
    status: 'waiting',
    progress: 0,
    attemptsMade: 0,
    maxAttempts: 1,
    createdAt,
    runAt: createdAt,
    priority: 0,
    version: 1,
    fencingToken: 0,
    stalledCount: 0,
  };
}
