import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import { MAX_TIMEOUT_MS } from '../check/argument.ts';
import { atMost } from '../clock/abortable-delay.ts';
import type { Backend } from '../contract/backend.ts';
import type { Consumer } from '../contract/consumer.ts';
import type { WorkerInfo, WorkerRequest } from '../contract/worker-info.ts';
import { notSupported, queueClosedError } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import {
  keyedConcurrency,
  type LimitOptions,
  sharedLimitsOf,
  withDefaults,
} from '../job/limits-of.ts';
import { Executor } from '../run/executor.ts';
import type { RunServices } from '../run/run-services.ts';
import { newWorkerId } from '../run/worker-name.ts';
import type { ProcessOptions } from './process-options.ts';
import { publishLimits } from './publish-limits.ts';
import { requireDeadLetters } from './require-dead-letters.ts';
import { DEFAULT_STOP_TIMEOUT_MS } from './stop-timeout.ts';

/** How long after its timeout a stop is given up, if the backend does not keep its promise. */
const STOP_GRACE_MS = 5000;

interface WorkerOptions {
  readonly services: RunServices;
  readonly backend: Backend;
  readonly concurrency: number;
  readonly lockDuration: number;
  readonly maxStalledCount: number;
  readonly deadLetter: string | undefined;
}

/**
 * Runs the jobs of a queue in this process: at most one consumer at a time, started and stopped any number of times.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #executor: Executor;
  #consumer: Promise<Consumer> | undefined;
  #stopping: Promise<void> | undefined;
  #concurrency = 0;
  #info: WorkerInfo | undefined;
  #halt = haltController();
  #onEnded: ProcessOptions['onEnded'];
  #asked: WorkerRequest | undefined;
  #isClosed = false;
  #stops = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { services } = options;
    const { deadLetter } = options;
    const slots = (): number => this.#concurrency;
    const stopping = (): AbortSignal => this.#halt.signal;
    this.#executor = new Executor({ ...services, deadLetter, slots, stopping });
  }

  /** Whether it is running, starting or stopping. */
  get isRunning(): boolean {
    return this.#consumer !== undefined;
  }

  /** How many times it was asked to stop: what {@link start} compares to tell that it was meanwhile. */
  get stops(): number {
    return this.#stops;
  }

  /**
   * Starts consuming, or changes how many jobs run at once; resolves once it does, or once it is known that a stop was asked for since `stops` was read. Calls
   * `onEnded`, the one given last, when an operator's request has ended it.
   *
   * @throws JobsError `JOBS_QUEUE_CLOSED` once {@link close} was called
   */
  async start(stops: number, { concurrency: wanted, onEnded }: ProcessOptions): Promise<void> {
    const concurrency = wanted ?? this.#options.concurrency;
    await this.#stopping;
    if (this.#isClosed) throw queueClosedError(this.#options.services.queue.name);
    if (this.#stops !== stops) return;
    this.#onEnded = onEnded ?? this.#onEnded;
    if (this.#consumer === undefined) {
      this.#concurrency = concurrency;
      this.#halt = haltController();
      this.#consumer = this.#consume(concurrency);
    } else if (wanted !== undefined) {
      this.#concurrency = wanted;
    }
    try {
      this.#resize(await this.#consumer);
    } catch (error) {
      this.#consumer = undefined;
      throw error;
    }
  }

  /** Lets the consumer run as many jobs at once as was asked for last. What lists it tells so with its next heartbeat. */
  #resize(consumer: Consumer): void {
    const concurrency = this.#concurrency;
    if (this.#info === undefined || this.#info.concurrency === concurrency) return;
    Object.assign(this.#info, { concurrency });
    consumer.resize({ concurrency });
  }

  /**
   * Ensures that the backend can enforce the limits of a definition that becomes known while the worker runs, and
   * publishes them.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED`
   */
  admit(definition: JobDefinition): void {
    if (!this.isRunning) return;
    const { backend, services } = this.#options;
    const { defaults, queue } = services;
    requireLimits(withDefaults(definition.options, defaults), backend);
    requireDeadLetters(definition, this.#options);
    publishLimits(backend, [definition], defaults, queue.logger).catch(services.reportError);
  }

  /** Stops consuming: see `Consumer.stop`. Ends in bounded time whatever the backend does. */
  stop(timeout: number): Promise<void> {
    this.#stops += 1;
    if (this.#consumer === undefined) return Promise.resolve();
    if (timeout > 0) this.#halt.abort();
    if (this.#stopping !== undefined) return this.#hurry(this.#consumer, this.#stopping, timeout);
    this.#stopping = this.#stop(this.#consumer, timeout).finally(() => {
      this.#stopping = undefined;
      this.#consumer = undefined;
    });
    return this.#stopping;
  }

  /** Stops consuming for good: refuses a start that is still waiting. */
  close(timeout: number): Promise<void> {
    this.#isClosed = true;
    return this.stop(timeout);
  }

  /** Shortens a stop that is under way, if that is requested now. */
  async #hurry(
    consumer: Promise<Consumer>,
    stopping: Promise<void>,
    timeout: number,
  ): Promise<void> {
    // The stop that is under way reports errors.
    consumer.then((running) => running.stop({ timeout })).catch(() => undefined);
    await atMost(this.#options.services.clock, timeout + STOP_GRACE_MS, stopping);
  }

  async #stop(starting: Promise<Consumer>, timeout: number): Promise<void> {
    const { services } = this.#options;
    const stopped = starting
      .then((consumer) => consumer.stop({ timeout }))
      .then(() => this.#untilTold(timeout))
      .catch((error) => services.reportError(error));
    if (!(await atMost(services.clock, timeout + STOP_GRACE_MS, stopped))) {
      const message = `The worker did not stop within ${timeout} ms and is not waited for`;
      services.reportError(new JobsError('JOBS_TIMEOUT', message));
    }
    await services.metrics?.flush();
  }

  /** Carries out a request of an operator to this worker. `process()` starts it again. */
  #obey(request: WorkerRequest): void {
    this.#asked = request;
    const { logger } = this.#options.services.queue;
    logger.info(
      `An operator asked the worker to ${request === 'quiet' ? 'take no new jobs' : 'stop'}`,
    );
    const timeout = request === 'quiet' ? MAX_TIMEOUT_MS - STOP_GRACE_MS : DEFAULT_STOP_TIMEOUT_MS;
    void this.stop(timeout).then(() => this.#reportEnd());
  }

  /** Reports once that the worker has ended as an operator asked, by the latest request. */
  #reportEnd(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked === undefined) return;
    try {
      this.#onEnded?.(asked);
    } catch (error) {
      this.#options.services.reportError(error);
    }
  }

  /** Waits for hooks of jobs that did not run here, as long as for those of jobs that did. */
  async #untilTold(timeout: number): Promise<void> {
    await atMost(this.#options.services.clock, timeout, this.#executor.settled());
  }

  async #consume(concurrency: number): Promise<Consumer> {
    const { backend, services, lockDuration, maxStalledCount } = this.#options;
    const { registry, clock, defaults } = services;
    for (const definition of registry.allHandled) {
      requireLimits(withDefaults(definition.options, defaults), backend);
      requireDeadLetters(definition, this.#options);
    }
    await publishLimits(backend, registry.allHandled, defaults, services.queue.logger);
    const worker: WorkerInfo = {
      id: newWorkerId(),
      host: hostname(),
      pid: process.pid,
      concurrency,
      jobs: registry.versions,
      startedAt: clock.now(),
    };
    this.#info = worker;
    return backend.consume({
      execute: this.#executor.execute,
      start: this.#executor.start,
      abort: this.#executor.abort,
      onError: (error) => services.reportError(error),
      onStalled: this.#executor.onStalled,
      concurrency,
      concurrencyLimits: registry.concurrencyLimits,
      limits: registry.limits,
      lockDuration,
      maxStalledCount,
      maxStalledCounts: registry.maxStalledCounts,
      stalledError: serializeError(
        new JobsError(
          'JOBS_STALLED',
          'The job lost its worker more often than `maxStalledCount` allows: its handler may crash the process, or block the event loop',
        ),
      ),
      onRequest: (request) => this.#obey(request),
      worker,
    });
  }
}

/**
 * Refuses to run a definition whose limits the backend cannot enforce.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
function requireLimits(options: LimitOptions, { name, capabilities }: Backend): void {
  const isShared = sharedLimitsOf(options).length > 0;
  if (isShared && !capabilities.sharedLimits) throw notSupported(name, 'sharedLimits');
  const isStrict = keyedConcurrency(options.concurrency)?.strict === true;
  if (isStrict && !capabilities.strictOrder) throw notSupported(name, 'strictOrder');
  if (capabilities.limits) return;
  if (keyedConcurrency(options.concurrency) !== undefined) throw notSupported(name, 'limits');
  if (options.concurrency !== undefined && !capabilities.concurrencyLimits) {
    throw notSupported(name, 'concurrencyLimits');
  }
  if (options.rateLimit !== undefined && !capabilities.rateLimits) {
    throw notSupported(name, 'rateLimits');
  }
}

/** Makes what tells handlers of batches that the worker stops: each type of job listens, and Node 20 warns of more than ten. */
function haltController(): AbortController {
  const halt = new AbortController();
  setMaxListeners(0, halt.signal);
  return halt;
}
