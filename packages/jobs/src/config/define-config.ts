import type { IQueue } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import { createRedactor, type RedactOption } from '@philjs/jobs-monitor';
import type { Scheduler } from '@philjs/jobs-scheduler';

/** Describes an application to the command line: the default export of `jobs.config.ts`. */
export interface JobsConfig {
  /** The queues: a list, or those of `createQueues`. The command line opens and closes them; the file only makes them. */
  readonly queues: Iterable<IQueue>;
  /**
   * Declares the schedules of a queue; called once for each queue that a scheduler is started for. With several queues,
   * compare `queue.name`: a schedule that is declared for each of them fires on each.
   */
  readonly schedules?: ((scheduler: Scheduler, queue: IQueue) => void | Promise<void>) | undefined;
  /**
   * Fields that the command line and its dashboard mask besides passwords, tokens and the like: names of
   * fields, and paths such as `payload.users.*.email`; `false` masks nothing. @default []
   */
  readonly redact?: RedactOption | undefined;
}

/** Describes an application as {@link defineConfig} checked it. */
export interface CheckedJobsConfig extends JobsConfig {
  /** The queues, as a list. */
  readonly queues: readonly IQueue[];
}

/**
 * Checks and types the export of a `jobs.config.ts`.
 *
 * @example
 * export default defineConfig({ queues: [emails, reports] });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function defineConfig(config: JobsConfig): CheckedJobsConfig {
  checkOptions('defineConfig', config, ['queues', 'schedules', 'redact']);
  const { schedules, redact } = config;
  const queues = listOf(config.queues);
  if (queues.length === 0) {
    throw invalidArgument('queues', 'a list of at least one queue', config.queues);
  }
  for (const [index, queue] of queues.entries() as Iterable<[number, Partial<IQueue>]>) {
    if (typeof queue?.enqueue !== 'function') {
      throw invalidArgument(`queues[${index}]`, 'a queue made by `createQueue`', queue);
    }
  }
  const names = new Set(queues.map((queue) => queue.name));
  if (names.size < queues.length) {
    throw invalidArgument('queues', 'queues of different names', queues);
  }
  if (schedules !== undefined && typeof schedules !== 'function') {
    throw invalidArgument('schedules', 'a function `(scheduler, queue) => …`', schedules);
  }
  createRedactor(redact); // throws for what it cannot take
  return Object.freeze({ ...config, queues });
}

function listOf(queues: unknown): readonly IQueue[] {
  const { [Symbol.iterator]: several } = (queues ?? {}) as Partial<Iterable<IQueue>>;
  return typeof several === 'function' ? [...(queues as Iterable<IQueue>)] : [];
}
