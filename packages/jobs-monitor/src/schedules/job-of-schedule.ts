import type { Job } from '@philjs/jobs-core';
import type { MonitoredSchedule } from './monitored-scheduler.ts';

/** Makes a job as a schedule would enqueue it: a redactor masks in texts what is hidden of a job. */
export function jobOfSchedule({ id, jobName, payload, options }: MonitoredSchedule): Job {
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
