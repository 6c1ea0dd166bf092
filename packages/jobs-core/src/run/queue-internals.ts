import { checkFunction, invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { StepEntry } from '../contract/step-store.ts';
import type { Codec } from '../job/codec.ts';
import { decodeStored } from '../job/decode-stored.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { JobRegistry } from '../job/job-registry.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { Middleware } from '../middleware/middleware.ts';
import type { EnqueueOptions } from '../queue/enqueue-options.ts';
import type { Job } from '../queue/job.ts';
import type { IQueue } from '../queue/queue-interface.ts';
import type { IQueues } from '../queues/queues-interface.ts';

/** Says what a queue keeps of its own for the packages that build on it. */
export interface QueueInternalsOptions {
  /** The definitions of the queue. */
  readonly registry: JobRegistry;
  /** Finds the codec of a job: the definition's, else the queue's. */
  readonly codecOf: (jobName?: string) => Codec | undefined;
  /** Middleware around each run of every job. */
  readonly middleware: readonly Middleware[];
  /** Middleware around the storing of each job. */
  readonly enqueueMiddleware: readonly unknown[];
  /** How long a worker's lease lasts, in milliseconds. */
  readonly lockDuration: number;
  /** The largest payload, in bytes. */
  readonly maxPayloadBytes: number;
}

/** Enqueues a job that begins with what the steps of another one left. */
export type EnqueueWithSteps = (
  job: JobDefinition,
  payload: unknown,
  options: EnqueueOptions,
  steps: readonly StepEntry[],
) => Promise<Job>;

/** Holds what is private to a queue, for the packages that build on a queue they did not make. */
export class QueueInternals {
  /** The definitions of the queue. */
  readonly registry: JobRegistry;
  /** Finds the codec with which the queue stores the payload and the result of a job. */
  readonly codecOf: (jobName?: string) => Codec | undefined;
  /** How long a worker's lease lasts, in milliseconds. */
  readonly lockDuration: number;
  /** The largest payload, in bytes of JSON in UTF-8. */
  readonly maxPayloadBytes: number;
  /** Whether middleware may still change a job that is to be stored. */
  readonly wrapsEnqueue: boolean;
  /** Enqueues a job together with what the steps of another one left. */
  enqueueWithSteps: EnqueueWithSteps | undefined;
  /** The queues that it was made together with, if any. */
  group: IQueues | undefined;
  readonly #middleware: Middleware[];
  readonly #atClose = new Set<() => unknown>();
  #isClosed = false;

  constructor(options: QueueInternalsOptions) {
    this.registry = options.registry;
    this.codecOf = options.codecOf;
    this.lockDuration = options.lockDuration;
    this.maxPayloadBytes = options.maxPayloadBytes;
    this.wrapsEnqueue = options.enqueueMiddleware.length > 0;
    this.#middleware = [...options.middleware];
  }

  /** The middleware around each run, the outermost first: a list that {@link wrapRuns} changes. */
  get middleware(): readonly Middleware[] {
    return this.#middleware;
  }

  /**
   * Adds middleware around each run of every job of the queue in this process, outside all other. Returns a function
   * that ends it. Runs under way are not affected.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  wrapRuns(middleware: Middleware): () => void {
    checkFunction('middleware', middleware);
    this.#middleware.unshift(middleware);
    return () => {
      const at = this.#middleware.indexOf(middleware);
      if (at >= 0) this.#middleware.splice(at, 1);
    };
  }

  /**
   * Calls back when the queue closes, after its worker has ended and before its connections are released; at once if it
   * is closed. Returns a function that cancels that. Closing waits for the promise of a callback. None may throw or reject.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  whenClosed(callback: () => unknown): () => void {
    checkFunction('callback', callback);
    if (this.#isClosed) void callback();
    else this.#atClose.add(callback);
    return () => void this.#atClose.delete(callback);
  }

  /** Notes that the queue takes no more calls, and waits for what those who asked have to end. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ending = [...this.#atClose].map((callback) => callback());
    this.#atClose.clear();
    await Promise.all(ending);
  }

  /**
   * Decodes the payload of a job as the queue stores it.
   *
   * @throws JobsError `JOBS_INVALID_PAYLOAD` when the codec cannot read it
   */
  decodePayload(jobName: string, stored: JsonValue | undefined): unknown {
    const codec = this.codecOf(jobName);
    // A codec may change what it reads.
    return codec === undefined ? stored : decodeStored(codec, copyJson(stored), jobName);
  }
}

/** Names the place on a queue in all copies of this package; a proxy of a queue has it too, which a map would not see. */
const place: unique symbol = Symbol.for('@philjs/jobs-core internals') as typeof place;

/** Makes the internals of a queue, and keeps them with it and with its backend. */
export function keepInternals(queue: IQueue, options: QueueInternalsOptions): QueueInternals {
  const internals = new QueueInternals(options);
  for (const owner of [queue, queue.backend]) {
    Object.defineProperty(owner, place, { value: internals });
  }
  return internals;
}

/**
 * Finds what is private to a queue, whichever copy of this package in the process made it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when it is neither a queue nor the backend of one
 */
export function internalsOf(queue: IQueue | Backend): QueueInternals {
  const internals = (queue as { [place]?: QueueInternals } | undefined)?.[place];
  if (internals !== undefined) return internals;
  throw invalidArgument('queue', 'a queue that `createQueue` or `new Queue` made', queue);
}
