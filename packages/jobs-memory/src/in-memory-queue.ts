import { type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { MEMORY_OPTION_NAMES, type MemoryBackendOptions, memoryBackend } from './memory-backend.ts';

/** The options of a queue in memory: those of every queue, and the store of its jobs. */
export interface InMemoryQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    MemoryBackendOptions {}

/**
 * Runs jobs in this process and keeps them in its memory: core's `Queue` over {@link memoryBackend}.
 */
export class InMemoryQueue<TJobs extends JobDefinitions = JobDefinitions> extends Queue<TJobs> {
  /**
   * Makes a queue. Starts nothing before it is used.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  constructor(options: InMemoryQueueOptions<TJobs> = {}) {
    refuseBackend(options, { own: MEMORY_OPTION_NAMES });
    const { store, nonAtomicTransactions, ...rest } = options;
    super({ ...rest, backend: memoryBackend({ store, nonAtomicTransactions }) });
  }
}
