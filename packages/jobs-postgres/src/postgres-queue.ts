import {
  type JobDefinitions,
  Queue,
  type QueueOptions,
  type TransactionWork,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import type { PostgresTransaction } from './connection/transaction-client.ts';
import { postgresBackend } from './postgres-backend.ts';
import { POSTGRES_OPTION_NAMES, type PostgresBackendOptions } from './postgres-options.ts';

/** The options of a queue on PostgreSQL: those of every queue, and where the database is. */
export interface PostgresQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    PostgresBackendOptions {}

/** A queue whose jobs are on PostgreSQL. */
export class PostgresQueue<TJobs extends JobDefinitions = JobDefinitions> extends Queue<TJobs> {
  /**
   * Makes a queue; connects when it is first used.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  constructor(options: PostgresQueueOptions<TJobs> = {}) {
    refuseBackend(options, { own: POSTGRES_OPTION_NAMES });
    const { postgres, schema, migrate, listen, ...rest } = options;
    super({ ...rest, backend: postgresBackend({ postgres, schema, migrate, listen }) });
  }

  /**
   * Runs a function within a transaction of the database: see `IQueue.transaction`. It holds a connection of your pool; on an
   * address or a configuration, one of a further pool that is opened for transactions alone, as large as the first. On PGlite, which
   * has one connection, everything else waits for it: it is rolled back with `JOBS_TIMEOUT` after a third of
   * `lockDuration`, and after 4 seconds at most.
   *
   * @throws JobsError as `IQueue.transaction`
   */
  override transaction<TResult>(
    work: TransactionWork<PostgresTransaction, TResult>,
  ): Promise<TResult> {
    return super.transaction(work);
  }
}
