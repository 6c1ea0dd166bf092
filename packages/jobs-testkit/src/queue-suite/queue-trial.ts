import {
  type AnyQueueEvent,
  createQueue,
  type IQueue,
  type Job,
  type JobStatus,
  type Queue,
} from '@philjs/jobs-core';
import type { Backend, BackendQueueOptions, Capabilities } from '@philjs/jobs-core/backend';
import { silentLogger } from '../suite/silent-logger.ts';
import {
  createBackend,
  type SuiteOptions,
  type Transact,
  transactOf,
} from '../suite/suite-options.ts';
import { createTrialTime, type TrialTime } from '../suite/trial-time.ts';

/** How long a store may take to answer on real time, in milliseconds: on a busy machine, longer than a user would wait. */
const ANSWERS_WITHIN_MS = 60_000;

let trialsMade = 0;

/** Gives one test a queue name and store of its own, and queues that act as the processes sharing it. */
export class QueueTrial {
  readonly queueName: string =
    `queue-suite-${process.pid}-${Date.now().toString(36)}-${++trialsMade}`;
  readonly capabilities: Capabilities;
  readonly time: TrialTime;
  readonly #options: SuiteOptions;
  readonly #queues: Queue[] = [];

  constructor(options: SuiteOptions, sample: Pick<Backend, 'capabilities'>) {
    this.#options = options;
    this.capabilities = sample.capabilities;
    this.time = createTrialTime(sample.capabilities, options.concurrent);
  }

  /** Does work within a transaction, as the options say. */
  transact: Transact = (work) => transactOf(this.#options)(work);

  /** Makes a queue: each acts as a process. With another `name` it is another one of the store. */
  async queue(options: Partial<BackendQueueOptions> = {}): Promise<Queue> {
    const backend = await createBackend(this.#options.create, {
      queueName: options.name ?? this.queueName,
      clock: this.time.clock,
      logger: silentLogger,
    });
    const queue = createQueue({
      name: this.queueName,
      clock: this.time.clock,
      logger: silentLogger,
      lockDuration: this.time.keptLockMs,
      ...(!this.time.isVirtual && { backendTimeout: ANSWERS_WITHIN_MS }),
      ...options,
      backend,
    });
    this.#queues.push(queue);
    return queue;
  }

  /** Makes a queue and starts its worker. */
  async worker(options: Partial<BackendQueueOptions> = {}): Promise<Queue> {
    const queue = await this.queue(options);
    await queue.process();
    return queue;
  }

  /** Kills a process. */
  async kill(queue: IQueue): Promise<void> {
    await queue.backend.close({ force: true });
  }

  /** Waits until a job is in a state. */
  async reaches(
    queue: IQueue,
    job: Job | string,
    status: JobStatus,
    withinMs?: number,
  ): Promise<Job> {
    const id = typeof job === 'string' ? job : job.id;
    const isThere = async (): Promise<boolean> => (await queue.getJob(id))?.status === status;
    await this.time.until(`job \`${id}\` is ${status}`, isThere, withinMs);
    return (await queue.getJob(id)) as Job;
  }

  /** Waits for a job's result; time passes meanwhile. */
  result<TResult>(queue: IQueue, job: Job<unknown, TResult>): Promise<TResult> {
    const within = Math.max(10_000, 20 * this.time.delayMs);
    return this.time.finish(`job \`${job.id}\` finishes`, queue.waitFor(job), within);
  }

  /** Notes all events of a queue from now on. */
  async listen(queue: IQueue): Promise<AnyQueueEvent[]> {
    const seen: AnyQueueEvent[] = [];
    const types = [
      'waiting',
      'delayed',
      'active',
      'progress',
      'completed',
      'failed',
      'retrying',
      'stalled',
      'cancelled',
      'removed',
      'deduplicated',
      'drained',
      'paused',
      'resumed',
      'error',
    ] as const;
    for (const type of types) queue.on(type, (event) => void seen.push(event));
    // Any call resolves only once the listeners will miss nothing.
    await queue.isPaused();
    return seen;
  }

  /** Closes all queues, as if their processes had died. */
  async end(): Promise<void> {
    const killed = this.#queues.map((queue) => this.kill(queue));
    await this.time.finish('the backends close', Promise.allSettled(killed));
    const closed = this.#queues.map((queue) => queue.close({ timeout: 0 }));
    await this.time.finish('the queues close', Promise.allSettled(closed));
  }
}

/** Names the kinds of the events of one job, in order. */
export function kindsOf(events: readonly AnyQueueEvent[], job: Job | string): string[] {
  const id = typeof job === 'string' ? job : job.id;
  return events.flatMap((event) =>
    'jobId' in event && event.jobId === id && event.type !== 'error' ? [event.type] : [],
  );
}
