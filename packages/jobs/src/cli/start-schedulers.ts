import type { IQueue } from '@philjs/jobs-core';
import { Scheduler } from '@philjs/jobs-scheduler';
import type { JobsConfig } from '../config/define-config.ts';

/**
 * Starts a scheduler for each queue, with the schedules of the configuration; returns a function that stops them. When
 * one does not start, none is left running.
 */
export async function startSchedulers(
  queues: readonly IQueue[],
  config: JobsConfig,
): Promise<() => Promise<void>> {
  const schedulers = queues
    .filter((queue) => queue.backend.capabilities.schedules)
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
    throw error;
  }
  return stop;
}
