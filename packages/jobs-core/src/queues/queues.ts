import { checkOptions, invalidArgument } from '../check/argument.ts';
import { suggestionFor } from '../check/suggestion.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { CallArgs, CallOptions } from '../queue/calls.ts';
import { refuseHandler } from '../queue/check-process-options.ts';
import type { EnqueueArgs } from '../queue/enqueue-args.ts';
import type { EnqueueManyOptions, EnqueueOptions } from '../queue/enqueue-options.ts';
import { atIndex } from '../queue/given-ids.ts';
import type { Job } from '../queue/job.ts';
import type { JobDefinitions, JobOf } from '../queue/known-jobs.ts';
import type { QueueEventMap, QueueEventName, QueueListener } from '../queue/queue-events.ts';
import type {
  EnqueueItem,
  EnqueueItems,
  IQueue,
  QueueStats,
  StopOptions,
  WaitOptions,
} from '../queue/queue-interface.ts';
import type { StoredItems } from '../queue/stored-items.ts';
import { internalsOf } from '../run/queue-internals.ts';
import { CrossingItems } from './crossing-items.ts';
import type { IQueues, ProcessQueuesOptions } from './queues-interface.ts';

/** Finds the queues that a queue was made together with; without any, it is alone. */
export function groupOf(queue: IQueue): IQueues {
  return internalsOf(queue).group ?? new Queues([queue]);
}

/** Pairs a listener for one event with what ends it. */
interface OnceListener {
  readonly event: QueueEventName;
  readonly listener: unknown;
  readonly end: () => void;
}

/** Implements {@link IQueues} over queues of different names. */
export class Queues implements IQueues {
  readonly all: readonly IQueue[];
  readonly #byName: ReadonlyMap<string, IQueue>;
  /** The listeners for the next event of any queue. */
  readonly #once = new Set<OnceListener>();

  constructor(queues: readonly IQueue[]) {
    this.all = Object.freeze([...queues]);
    this.#byName = new Map(queues.map((queue) => [queue.name, queue]));
    for (const queue of queues) internalsOf(queue).group = this;
  }

  [Symbol.iterator](): Iterator<IQueue> {
    return this.all[Symbol.iterator]();
  }

  get(name: string): IQueue {
    const queue = this.#byName.get(name);
    if (queue !== undefined) return queue;
    throw invalidArgument('name', `one of the queues ${this.#names}`, name, this.#guess(name));
  }

  queueOf(job: JobDefinition | string): IQueue {
    if (typeof job !== 'string' && typeof job?.options !== 'object') {
      throw invalidArgument('job', 'a definition made by `defineJob`, or a name', job);
    }
    const { name, queue } = typeof job === 'string' ? { name: job } : ofDefinition(job);
    if (queue !== undefined) {
      const named = this.#byName.get(queue);
      if (named !== undefined) return named;
      throw this.#misplaced(name, `is of queue \`${queue}\`, which is none of them`, queue);
    }
    const knowing = this.all.filter((one) => one.getDefinition(name) !== undefined);
    const [only, ...more] = this.all.length === 1 ? this.all : knowing;
    if (only === undefined) throw this.#homeless(job, name);
    if (more.length === 0) return only;
    const several = knowing.map((one) => `\`${one.name}\``).join(' and ');
    throw this.#misplaced(name, `is known to ${several}`);
  }

  enqueue<TJob extends JobDefinition | string>(
    job: TJob,
    ...args: EnqueueArgs<JobInput<JobOf<JobDefinitions, TJob>>>
  ): Promise<Job<JobInput<JobOf<JobDefinitions, TJob>>, JobResult<JobOf<JobDefinitions, TJob>>>>;
  enqueue(job: never, payload: never, options: never, none: never): Promise<never>;
  async enqueue(
    job: JobDefinition | string,
    payload?: unknown,
    options?: EnqueueOptions,
  ): Promise<Job> {
    return this.queueOf(job).enqueue(job, payload, options);
  }

  enqueueMany<TItemJobs extends readonly (JobDefinition | string)[]>(
    items: EnqueueItems<JobDefinitions, TItemJobs>,
    options?: EnqueueManyOptions,
  ): Promise<StoredItems<JobDefinitions, TItemJobs>>;
  enqueueMany(items: never, options: never, none: never): Promise<never>;
  async enqueueMany(
    items: readonly EnqueueItem[],
    options: EnqueueManyOptions = {},
  ): Promise<Job[]> {
    if (!Array.isArray(items)) {
      throw invalidArgument('items', 'an array of `{ job, payload, options }`', items);
    }
    const places = new Map<IQueue, number[]>();
    for (const [index, item] of items.entries()) {
      try {
        checkOptions('item', item, ['job', 'payload', 'options']);
        const queue = this.queueOf(item.job);
        const indexes = places.get(queue);
        if (indexes === undefined) places.set(queue, [index]);
        else indexes.push(index);
      } catch (error) {
        throw atIndex(error, index);
      }
    }
    const [only, ...others] = places.keys();
    if (only === undefined) return [];
    // It checks all by itself before it stores any.
    if (others.length === 0) return only.enqueueMany([...items], options);
    checkOptions('options', options, ['transaction', 'signal']);
    const crossing = new CrossingItems([...items], places);
    await crossing.check(options);
    return crossing.store(options);
  }

  async waitFor<TResult>(job: Job<unknown, TResult>, options?: WaitOptions): Promise<TResult> {
    if (typeof job?.name !== 'string') {
      const advice = 'Wait for an id in its own queue: `queues.get(name).waitFor(id)`.';
      throw invalidArgument('job', 'a job that `enqueue` returned', job, advice);
    }
    const queue = this.#byName.get(job.queueName) ?? this.queueOf(job.name);
    return queue.waitFor(job, options);
  }

  call<TJob extends JobDefinition | string>(
    job: TJob,
    ...args: CallArgs<JobInput<JobOf<JobDefinitions, TJob>>>
  ): Promise<JobResult<JobOf<JobDefinitions, TJob>>>;
  call(job: never, payload: never, options: never, none: never): Promise<never>;
  async call(
    job: JobDefinition | string,
    payload?: unknown,
    options?: CallOptions,
  ): Promise<unknown> {
    return this.queueOf(job).call(job, payload, options);
  }

  async process(options: ProcessQueuesOptions = {}): Promise<void> {
    refuseHandler(options);
    checkOptions('process', options, ['queues', 'concurrency']);
    const { queues = this.all.map(({ name }) => name), concurrency = {} } = options;
    if (!Array.isArray(queues)) throw invalidArgument('queues', 'a list of names', queues);
    if (queues.length === 0) {
      throw invalidArgument(
        'queues',
        `at least one of the queues ${this.#names}, or left out to run all`,
        queues,
        'A process that runs no jobs does not call `process`.',
      );
    }
    checkOptions('concurrency', concurrency, [...this.#byName.keys()]);
    const chosen = queues.map((name: string) => this.get(name));
    const slots = new Map(Object.entries(concurrency));
    const starting = chosen.map((queue) => queue.process({ concurrency: slots.get(queue.name) }));
    const results = await Promise.allSettled(starting);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    await Promise.all(chosen.map((queue) => queue.stop({ timeout: 0 })));
    throw failed.reason;
  }

  async stop(options: StopOptions = {}): Promise<void> {
    await Promise.all(this.all.map((queue) => queue.stop(options)));
  }

  async close(options: StopOptions = {}): Promise<void> {
    await Promise.all(this.all.map((queue) => queue.close(options)));
  }

  async getStats(): Promise<{ readonly [name: string]: QueueStats }> {
    const entries = this.all.map(async (queue) => [queue.name, await queue.getStats()] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  on<TEvent extends QueueEventName>(event: TEvent, listener: QueueListener<TEvent>): () => void {
    const ends = this.all.map((queue) => queue.on(event, listener));
    return () => {
      for (const end of ends) end();
    };
  }

  once<TEvent extends QueueEventName>(event: TEvent, listener: QueueListener<TEvent>): () => void {
    const endAll = this.on(event, (first: QueueEventMap[TEvent]) => {
      end();
      return listener(first);
    });
    const end = (): void => {
      this.#once.delete(asked);
      endAll();
    };
    const asked = { event, listener, end };
    this.#once.add(asked);
    return end;
  }

  off<TEvent extends QueueEventName>(event: TEvent, listener: QueueListener<TEvent>): void {
    for (const queue of this.all) queue.off(event, listener);
    for (const asked of this.#once) {
      if (asked.event === event && asked.listener === listener) asked.end();
    }
  }

  get #names(): string {
    return this.all.map(({ name }) => name).join(', ');
  }

  #guess(name: unknown): string {
    if (typeof name !== 'string') return '';
    const near = suggestionFor(name.slice(0, 200), this.#byName.keys());
    return near === undefined ? '' : `Did you mean \`${near}\`?`;
  }

  #homeless(job: JobDefinition | string, name: string): JobsError {
    if (typeof job !== 'string') return this.#misplaced(name, 'says no queue');
    const known = this.all.flatMap((queue) => queue.getDefinitions()).map((one) => one.name);
    const near = suggestionFor(name.slice(0, 200), known);
    const guess = near === undefined ? '' : ` Did you mean \`${near}\`?`;
    return new JobsError(
      'JOBS_UNKNOWN_JOB',
      `None of the queues ${this.#names} has a job named \`${name.slice(0, 200)}\`.${guess} List it in the \`jobs\` of one.`,
      { details: { name: name.slice(0, 200) } },
    );
  }

  #misplaced(name: string, why: string, queue?: string): JobsError {
    const guess = queue === undefined ? '' : ` ${this.#guess(queue)}`.trimEnd();
    return new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected a job of one of the queues ${this.#names}, but \`${name}\` ${why}.${guess} Give its definition a ` +
        `\`queue\`, list it in the \`jobs\` of one queue, or call \`queues.get('${this.all[0]?.name}').enqueue(…)\`.`,
      { details: { field: 'queue', name } },
    );
  }
}

function ofDefinition(job: JobDefinition): { readonly name: string; readonly queue?: string } {
  const { queue } = job.options;
  return queue === undefined ? { name: job.name } : { name: job.name, queue };
}
