import { invalidArgument, type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
import { sqliteBackend } from './sqlite-backend.ts';
import type { SqliteBackendOptions } from './sqlite-options.ts';

/** The options of a queue in a SQLite file: those of every queue, and where the file is. */
export interface SqliteQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    SqliteBackendOptions {}

/** A queue whose jobs are in a SQLite file. */
export class SqliteQueue<TJobs extends JobDefinitions = JobDefinitions> extends Queue<TJobs> {
  /**
   * Makes a queue; opens the file when it is first used.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  constructor(options: SqliteQueueOptions<TJobs> = {}) {
    if ((options as { backend?: unknown }).backend !== undefined) {
      throw invalidArgument(
        'backend',
        'absent: this queue brings its own',
        (options as { backend?: unknown }).backend,
        "For another one import `createQueue` from '@philjs/jobs-core'.",
      );
    }
    const { path, synchronous, ...rest } = options;
    super({ ...rest, backend: sqliteBackend({ path, synchronous }) });
  }
}
