import { checkOptions, type IQueue, invalidArgument } from '@philjs/jobs-core';
import { createRedactor, type RedactOption } from '@philjs/jobs-monitor';
import type { Scheduler } from '@philjs/jobs-scheduler';

/** Describes an application to the command line: the default export of `jobs.config.ts`. */
export interface JobsConfig {
  /** The queues. The command line opens and closes them; the file only makes them. */
  readonly queues: readonly IQueue[];
  /** Declares the schedules of a queue; called once for each queue that a scheduler is started for. */
  readonly schedules?: ((scheduler: Scheduler, queue: IQueue) => void | Promise<void>) | undefined;
  /**
   * Fields that the command line and its dashboard mask besides passwords, tokens and the like: names of
   * fields, and paths such as `payload.users.*.email`; `false` masks nothing. @default []
   */
  readonly redact?: RedactOption | undefined;
}

/**
 * Checks and types the export of a `jobs.config.ts`.
 *
 * @example
 * export default defineConfig({ queues: [emails, reports] });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function defineConfig(config: JobsConfig): JobsConfig {
  checkOptions('defineConfig', config, ['queues', 'schedules', 'redact']);
  const { queues, schedules, redact } = config;
  if (!Array.isArray(queues) || queues.length === 0) {
    throw invalidArgument('queues', 'a list of at least one queue', queues);
  }
  for (const [index, queue] of (queues as readonly Partial<IQueue>[]).entries()) {
    if (typeof queue?.enqueue !== 'function') {
      throw invalidArgument(`queues[${index}]`, 'a queue made by `createQueue`', queue);
    }
  }
  const names = new Set(queues.map((queue: IQueue) => queue.name));
  if (names.size < queues.length) {
    throw invalidArgument('queues', 'queues of different names', queues);
  }
  if (schedules !== undefined && typeof schedules !== 'function') {
    throw invalidArgument('schedules', 'a function `(scheduler, queue) => …`', schedules);
  }
  createRedactor(redact); // throws for what it cannot take
  return Object.freeze({ ...config });
}
