import { type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { sqliteBackend } from './sqlite-backend.ts';
import { SQLITE_OPTION_NAMES, type SqliteBackendOptions } from './sqlite-options.ts';

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
    refuseBackend(options, { own: SQLITE_OPTION_NAMES });
    const { path, synchronous, driver, ...rest } = options;
    super({ ...rest, backend: sqliteBackend({ path, synchronous, driver }) });
  }
}
