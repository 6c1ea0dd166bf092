import { RedisServer, type RedisServerOptions } from '@philjs/jobs-faults';
import type { RedisQueue, RedisQueueOptions } from '../../../src/redis-queue.ts';
import { createQueue } from '../../../src/redis-queue.ts';
import { faultJobs } from './fault-jobs.ts';
import { Oracle } from './oracle.ts';
import { WorkerFleet } from './worker-fleet.ts';
import { DEFAULT_SETTINGS, type WorkerSettings } from './worker-settings.ts';

/** The ground of a fault test: a server, a queue on it, an oracle, and worker processes. */
export class FaultBench {
  readonly server: RedisServer;
  readonly oracle: Oracle = new Oracle();
  readonly queueName = 'faults';
  readonly #queues: RedisQueue[] = [];
  readonly #fleets: WorkerFleet[] = [];

  private constructor(server: RedisServer) {
    this.server = server;
  }

  static async start(options: RedisServerOptions = {}): Promise<FaultBench> {
    return new FaultBench(await RedisServer.start(options));
  }

  /** Makes a queue in this process: a producer, or with `process()` a worker. */
  queue(options: RedisQueueOptions & Partial<WorkerSettings> = {}): RedisQueue {
    const { jobMs = DEFAULT_SETTINGS.jobMs, lockDuration = DEFAULT_SETTINGS.lockDuration } =
      options;
    const {
      oracle,
      workLimit,
      sharedLimit,
      url: _url,
      queue: _queue,
      grace: _grace,
      jobMs: _jobMs,
      skewMs: _skewMs,
      stepAfterMs: _stepAfterMs,
      hasOtherBullMQ: _hasOtherBullMQ,
      ...rest
    } = options;
    const queue = createQueue({
      redis: this.server.url,
      name: this.queueName,
      jobs: faultJobs({
        oracle: oracle ?? this.oracle.file,
        jobMs,
        lockDuration,
        workLimit,
        sharedLimit,
      }),
      lockDuration,
      logger: silent,
      ...rest,
    });
    queue.on('error', () => undefined);
    this.#queues.push(queue);
    return queue;
  }

  /** Makes worker processes. */
  fleet(settings: Partial<WorkerSettings> = {}): WorkerFleet {
    const fleet = new WorkerFleet({
      url: this.server.url,
      queue: this.queueName,
      oracle: this.oracle.file,
      ...settings,
    });
    this.#fleets.push(fleet);
    return fleet;
  }

  async end(): Promise<void> {
    await Promise.all(this.#fleets.map((fleet) => fleet.end()));
    await Promise.all(this.#queues.map((queue) => queue.close({ timeout: 0 })));
    await this.server.stop();
    this.oracle.remove();
  }
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
