import { invalidArgument } from '../check/argument.ts';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system-clock.ts';
import { checkName } from '../job/check-name.ts';
import type { Codec } from '../job/codec.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import { JobRegistry } from '../job/job-registry.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
import { type AddingBackend, Enqueuer } from './enqueuer.ts';
import type { Job } from './job.ts';
import { JobPreparer, MAX_PAYLOAD_BYTES } from './prepare-job.ts';
import type { EnqueueItem } from './queue-interface.ts';

/** Says what a producer enqueues, and where. */
export interface JobProducerOptions {
  /** The name of the queue. */
  readonly name: string;
  /** The jobs that it may enqueue by name. */
  readonly jobs: readonly JobDefinition[];
  /** The codec of jobs that have none of their own. */
  readonly codec: Codec | undefined;
  /** The parts of a backend that store jobs. */
  readonly backend: AddingBackend;
}

/**
 * Prepares and stores jobs as a queue does, for a program that only produces: it runs none, and needs no module of Node. For
 * clients of stores that are elsewhere.
 */
export class JobProducer {
  /** The name of the queue. */
  readonly name: string;
  /** The clock by which jobs are prepared. */
  readonly clock: Clock = systemClock;
  readonly #codec: Codec | undefined;
  readonly #registry: JobRegistry;
  readonly #enqueuer: Enqueuer;

  /** @throws JobsError `JOBS_INVALID_ARGUMENT` */
  constructor({ name, jobs, codec, backend }: JobProducerOptions) {
    this.name = checkName('name', name);
    if (!Array.isArray(jobs)) throw invalidArgument('jobs', 'an array of definitions', jobs);
    this.#codec = codec;
    this.#registry = new JobRegistry(name);
    for (const job of jobs) this.#registry.register(job);
    const { clock } = this;
    const prepared = { name, clock, codec, maxPayloadBytes: MAX_PAYLOAD_BYTES, jobs };
    this.#enqueuer = new Enqueuer({
      queueName: name,
      backend,
      registry: this.#registry,
      preparer: new JobPreparer({ ...prepared, defaultJobOptions: {} }),
      middleware: [],
      codec,
      reportError: () => undefined, // of middleware
    });
  }

  /** Stores a job; see `IQueue.enqueue`. @throws JobsError as that does */
  async enqueue(
    job: JobDefinition | string,
    payload?: unknown,
    options?: EnqueueOptions,
  ): Promise<Job> {
    return this.#enqueuer.one(job, payload, options);
  }

  /** Stores many jobs, or none if one is bad; see `IQueue.enqueueMany`. @throws JobsError as that does */
  async enqueueMany(items: readonly EnqueueItem[], options?: EnqueueManyOptions): Promise<Job[]> {
    return this.#enqueuer.many(items, options);
  }

  /** Returns the codec of the jobs of a name. */
  codecOf(name: string): Codec | undefined {
    return this.#registry.get(name)?.codec ?? this.#codec;
  }
}
