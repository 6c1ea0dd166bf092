import { type IQueue, isJobsError, type Middleware } from '@philjs/jobs-core';
import { internalsOf, toError } from '@philjs/jobs-core/internal';

/** The time from the end of one look to the next, in milliseconds. */
const LOOK_EVERY_MS = 10_000;

/** Wraps the runs of this process, and looks regularly for ends of jobs that no run reports. */
export class JobWatch {
  readonly #queue: IQueue;
  readonly #look: () => Promise<void>;
  #unwrap: readonly (() => void)[] = [];
  #timer: unknown;
  #looking: Promise<void> = Promise.resolve();
  #isRunning = false;

  constructor(queue: IQueue, look: () => Promise<void>) {
    this.#queue = queue;
    this.#look = look;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Emits an error on the queue. */
  readonly report = (error: unknown): void => {
    const { name: queueName, clock } = this.#queue;
    const at = new Date(clock.now());
    this.#queue.emit({ type: 'error', queueName, at, error: toError(error) });
  };

  /** Resolves after the first look. When that fails, nothing has started. */
  async start(sources: readonly IQueue[], middleware: Middleware): Promise<void> {
    this.#isRunning = true;
    this.#unwrap = sources.map((source) => internalsOf(source).wrapRuns(middleware));
    try {
      await this.#look();
    } catch (error) {
      this.#end();
      throw error;
    }
    // It may have been stopped meanwhile.
    if (this.#isRunning) this.#lookLater();
  }

  /** Resolves when a look under way has ended. */
  async stop(): Promise<void> {
    this.#end();
    this.#queue.clock.clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Reports why a look failed, unless the queue is closed, since a look then never succeeds again: returns whether. */
  readonly #failed = (error: unknown): boolean => {
    const isClosed =
      isJobsError(error, 'JOBS_QUEUE_CLOSED') && error.details?.['queueName'] === this.#queue.name;
    if (!isClosed) this.report(error);
    return isClosed;
  };

  #end(): void {
    this.#isRunning = false;
    for (const unwrap of this.#unwrap) unwrap();
  }

  #lookLater(): void {
    const lookAgain = async (): Promise<void> => {
      const isClosed = await this.#look().then(() => false, this.#failed);
      if (this.#isRunning && !isClosed) this.#lookLater();
    };
    const onTime = (): void => {
      this.#looking = lookAgain();
    };
    // It may have been started again while it started.
    this.#queue.clock.clearTimeout(this.#timer);
    this.#timer = this.#queue.clock.setTimeout(onTime, LOOK_EVERY_MS, { background: true });
  }
}
