import {
  type JobDefinitions,
  Queue,
  type QueueOptions,
  type TransactionWork,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import type { SqliteDatabase } from './database/sqlite-driver.ts';
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

  /**
   * Runs a function within a transaction on the file: see `IQueue.transaction`. `tx` is an open database of the `driver`,
   * a connection of its own; its transactions of this process wait for each other and for other processes without blocking the
   * event loop. While one is open every other writer of the file waits: it is rolled back with `JOBS_TIMEOUT` after a third of
   * `lockDuration`, and after 4 seconds at most.
   *
   * @throws JobsError as `IQueue.transaction`
   */
  override transaction<TResult>(work: TransactionWork<SqliteDatabase, TResult>): Promise<TResult> {
    return super.transaction(work);
  }
}
