import type { ConsumeParams, Consumer } from '../contract/consumer.ts';
import { queueClosedError } from '../errors/error-factories.ts';
import type { LeaseConsumer, LeaseConsumerOptions } from './lease-consumer.ts';
import { LeaseLoop } from './lease-loop.ts';
import type { MaybePromise } from './lease-store.ts';

/** Ends the listing of a worker: with `forget` at once, else when it has not been seen for long. */
export type EndListing = (forget: boolean) => MaybePromise<void>;

const LISTED_NOWHERE: EndListing = () => undefined;

interface Running extends Pick<ConsumeParams, 'onError'> {
  readonly endListing: EndListing;
}

/**
 * Keeps the consumers of a backend that run by core's loop. The worker of each is listed before it takes jobs, and until it
 * has ended.
 */
export class Consumers {
  readonly #queueName: string;
  readonly #running = new Map<LeaseConsumer, Running>();
  /** Those whose first exchange is not answered yet. */
  readonly #starting = new Set<LeaseConsumer>();
  #isClosing = false;
  #isClosed = false;

  /** Keeps none yet. The name of the queue is that of its errors. */
  constructor(queueName: string) {
    this.#queueName = queueName;
  }

  /**
   * Lists a worker, where the backend lists some, and starts its consumer.
   *
   * @throws JobsError `JOBS_QUEUE_CLOSED` when the backend closes meanwhile
   */
  async start(
    options: LeaseConsumerOptions,
    list: (params: ConsumeParams) => MaybePromise<EndListing> = () => LISTED_NOWHERE,
  ): Promise<Consumer> {
    const { onError } = options.params;
    const endListing = await list(options.params);
    try {
      const consumer = await this.#start(options);
      this.#running.set(consumer, { endListing, onError });
      const leave = async (): Promise<void> => {
        if (this.#running.delete(consumer)) await endListing(true);
      };
      return {
        resize: (to) => consumer.resize(to),
        stop: (how) => consumer.stop(how).finally(leave),
      };
    } catch (error) {
      await endListing(true);
      throw error;
    }
  }

  async #start(options: LeaseConsumerOptions): Promise<LeaseConsumer> {
    // A consumer asks for jobs as soon as it starts, and they would run although the queue is closed.
    if (this.#isClosing) throw queueClosedError(this.#queueName);
    const consumer = new LeaseLoop(options);
    this.#starting.add(consumer);
    await consumer.start().finally(() => this.#starting.delete(consumer));
    if (!this.#isClosing) return consumer;
    if (this.#isClosed) consumer.abandon();
    else await consumer.stop({ timeout: 0 });
    throw queueClosedError(this.#queueName);
  }

  /** Stops all, giving back their jobs; none starts any more. */
  async stop(): Promise<void> {
    this.#isClosing = true;
    const all = [...this.#running.keys(), ...this.#starting];
    await Promise.all(all.map((consumer) => consumer.stop({ timeout: 0 })));
  }

  /** Ends the listing of all workers; with `force` their consumers, as if the process had died. None starts any more. */
  async end(force: boolean): Promise<void> {
    this.#isClosing = true;
    this.#isClosed = true;
    const running = [...this.#running];
    this.#running.clear();
    const consumers = [...running.map(([consumer]) => consumer), ...this.#starting];
    if (force) for (const consumer of consumers) consumer.abandon();
    await Promise.all(running.map(([, { endListing }]) => endListing(!force)));
  }

  /** Reports an error to all workers. */
  report(error: unknown): void {
    for (const { onError } of this.#running.values()) onError(error);
  }
}
