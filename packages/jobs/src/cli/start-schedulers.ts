import { type IQueue, isJobsError, JobsError } from '@philjs/jobs-core';
import { Scheduler } from '@philjs/jobs-scheduler';
import type { JobsConfig } from '../config/define-config.ts';

/**
 * Starts a scheduler for each queue, with the schedules of the configuration; returns a function that stops them. When
 * one does not start, none is left running. A server of queues fires their schedules itself, so there a scheduler is
 * started only to declare some.
 */
export async function startSchedulers(
  queues: readonly IQueue[],
  config: Pick<JobsConfig, 'schedules'> = {},
): Promise<() => Promise<void>> {
  const schedulers = queues
    .filter(({ backend }) => backend.capabilities.schedules)
    .filter(({ backend }) => backend.name !== 'remote' || config.schedules !== undefined)
    .map((queue) => ({ queue, scheduler: new Scheduler(queue) }));
  const stop = async (): Promise<void> => {
    await Promise.all(schedulers.map(({ scheduler }) => scheduler.stop()));
  };
  try {
    for (const { queue, scheduler } of schedulers) {
      await config.schedules?.(scheduler, queue);
      await scheduler.start();
    }
  } catch (error) {
    await stop();
    throw queues.length > 1 ? withHint(error) : error;
  }
  return stop;
}

/** Adds, to the error of a job of another queue, that each queue has a call of its own. */
function withHint(error: unknown): unknown {
  if (!isJobsError(error, 'JOBS_INVALID_ARGUMENT')) return error;
  const { code, message, details } = error;
  if (details?.['field'] !== 'queue') return error;
  const hint =
    '`schedules` of the configuration is called once for each queue: declare a schedule where `queue.name` is that of its job.';
  return new JobsError(code, `${message} ${hint}`, { cause: error, details });
}
