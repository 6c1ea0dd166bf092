import { type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
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
}
