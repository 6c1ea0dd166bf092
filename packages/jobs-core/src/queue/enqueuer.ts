import { checkOptions, invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { AddResult, NewJob } from '../contract/new-job.ts';
import { notSupported } from '../errors/error-factories.ts';
import type { Codec } from '../job/codec.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { JobRegistry } from '../job/job-registry.ts';
import type { MaybePromise } from '../lease/lease-store.ts';
import { withSteps } from '../run/kept-steps.ts';
import type { QueueInternals } from '../run/queue-internals.ts';
import {
  addChildren,
  addDependents,
  type ParentOfJobs,
  requireWorkflows,
} from './add-dependents.ts';
import {
  type EnqueueContext,
  type EnqueueMiddleware,
  runEnqueueMiddleware,
} from './enqueue-middleware.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
import { enqueueTogether } from './enqueue-together.ts';
import { atIndex, GivenIds } from './given-ids.ts';
import {
  checkHowStored,
  type HowStored,
  refuseAborted,
  takeHowStored,
  toAdd,
} from './how-stored.ts';
import type { Job } from './job.ts';
import { nameItems, withIds } from './name-items.ts';
import type { HowPrepared, JobPreparer } from './prepare-job.ts';
import { PreparedBatch, type PreparedJob } from './prepared-batch.ts';
import type { EnqueueItem } from './queue-interface.ts';
import { requireOrders } from './queue-order.ts';
import { reconnect, withSourceOf } from './reconnect.ts';
import { STEP_AFTER, type StepItem } from './step-item.ts';
import { newToJob, toJob } from './to-job.ts';

/** The number of jobs that go to the backend in one call. */
const BATCH = 1000;
const ITEM_FIELDS = ['job', 'payload', 'options'];

/** Names the parts of a backend by which jobs are stored. */
export type AddingBackend = Pick<
  Backend,
  'name' | 'capabilities' | 'add' | 'get' | 'workflows' | 'orders'
>;

interface EnqueuerOptions {
  readonly queueName: string;
  readonly backend: AddingBackend;
  readonly registry: JobRegistry;
  readonly preparer: JobPreparer;
  readonly middleware: readonly EnqueueMiddleware[];
  readonly codec: Codec | undefined;
  /** Emits an `error` event. */
  readonly reportError: (error: unknown) => void;
  /** Gets the call by which a redrive enqueues. */
  readonly internals?: QueueInternals;
}

/** Holds one job to enqueue, its definition found. */
interface EnqueueRequest {
  readonly definition: JobDefinition;
  readonly payload: unknown;
  readonly options: EnqueueOptions | undefined;
  /** Whether the payload is completed when the job runs, and is not checked before. */
  readonly isPartial?: boolean;
  readonly how?: HowStored;
}

/** How most jobs are stored: by themselves, and without a signal. */
const PLAIN: HowStored = {};

/** Stores jobs: through the middleware, prepared, a batch at a time. */
export class Enqueuer {
  readonly #options: EnqueuerOptions;

  constructor(options: EnqueuerOptions) {
    this.#options = options;
    if (options.internals === undefined) return;
    options.internals.enqueueWithSteps = async (definition, payload, given, steps) =>
      this.#one({ definition, payload, options: given, how: { steps } });
  }

  /** Stores one job; synchronously if nothing requires waiting. */
  one(
    job: JobDefinition | string,
    payload: unknown,
    options: EnqueueOptions | undefined,
  ): MaybePromise<Job> {
    const definition = this.#options.registry.resolve(job);
    if (options?.transaction !== undefined || options?.signal !== undefined) {
      const { options: own, how } = takeHowStored(options, this.#options.backend);
      return this.#one({ definition, payload, options: own, how });
    }
    if (this.#options.middleware.length === 0) {
      return this.#storeOne(definition, payload, options, PLAIN);
    }
    return this.#oneThroughMiddleware({ definition, payload, options });
  }

  #one(request: EnqueueRequest): MaybePromise<Job> {
    const { definition, payload, options, how = PLAIN } = request;
    return this.#options.middleware.length === 0
      ? this.#storeOne(definition, payload, options, how)
      : this.#oneThroughMiddleware(request);
  }

  // Closures live in functions of their own: otherwise every job pays for their scope even when none is needed.
  #oneThroughMiddleware(request: EnqueueRequest): Promise<Job> {
    return this.#throughMiddleware(request, async ({ definition, payload, options }) =>
      this.#storeOne(definition, payload, options, request.how ?? PLAIN),
    );
  }

  /** Stores many jobs; none if one is bad. */
  async many(items: readonly EnqueueItem[], options: EnqueueManyOptions = {}): Promise<Job[]> {
    return this.#all(items, checkHowStored(options, this.#options.backend));
  }

  /** Stores many jobs for which a running job waits; none if one is bad. */
  async children(items: readonly EnqueueItem[], parent: ParentOfJobs): Promise<Job[]> {
    return this.#all(items, { parent });
  }

  async #all(given: readonly EnqueueItem[], how: HowStored): Promise<Job[]> {
    if (!Array.isArray(given)) {
      throw invalidArgument('items', 'an array of `{ job, payload, options }`', given);
    }
    // The caller may change its list while schemas take their time.
    const items: readonly EnqueueItem[] = [...given];
    const named = nameItems(items);
    if (this.#options.middleware.length > 0) {
      return this.#manyThroughMiddleware(this.#requestsOf(withIds(named)), how);
    }
    const { preparer, registry } = this.#options;
    const batch = new PreparedBatch();
    const shared: { now: number; id: string | undefined } = { now: preparer.now(), id: undefined };
    let index = 0;
    try {
      // `map` would skip the holes of a sparse array, and the items after them would be refused without an explanation.
      for (; index < named.items.length; index++) {
        const item = named.items[index] as EnqueueItem;
        checkItem(item);
        const { payload, options } = item;
        const definition = registry.resolve(item.job);
        shared.id = named.ids[index];
        const job = this.#prepare(definition, payload, options, isStep(item), shared);
        // The item may have been given an id that it had not as the caller gave it.
        const hasOwnId = options !== undefined && items[index]?.options?.jobId !== undefined;
        if (job instanceof Promise) {
          batch.add(await job, definition, hasOwnId);
          shared.now = preparer.now();
        } else batch.add(job, definition, hasOwnId);
      }
    } catch (error) {
      throw atIndex(error, index);
    }
    return this.#store(batch, how);
  }

  #requestsOf(items: readonly EnqueueItem[]): EnqueueRequest[] {
    return Array.from(items, (item, index) => {
      try {
        checkItem(item);
        const { job, payload, options } = item;
        const definition = this.#options.registry.resolve(job);
        return { definition, payload, options, isPartial: isStep(item) };
      } catch (error) {
        throw atIndex(error, index);
      }
    });
  }

  #storeOne(
    definition: JobDefinition,
    payload: unknown,
    options: EnqueueOptions | undefined,
    how: HowStored,
  ): MaybePromise<Job> {
    const prepared = this.#prepare(definition, payload, options);
    if (!(prepared instanceof Promise)) {
      return this.#storePrepared(prepared, definition, how);
    }
    return this.#storeLater(prepared, definition, how);
  }

  async #storeLater(
    prepared: Promise<NewJob>,
    definition: JobDefinition,
    how: HowStored,
  ): Promise<Job> {
    return this.#storePrepared(await prepared, definition, how);
  }

  #storePrepared(prepared: NewJob, definition: JobDefinition, how: HowStored): MaybePromise<Job> {
    const { backend, queueName } = this.#options;
    refuseAborted(how);
    const job = how.steps === undefined ? prepared : withSteps(prepared, how.steps);
    const results =
      job.dependsOn === undefined
        ? backend.add(toAdd([job], how))
        : addDependents(backend, [job], queueName, how.transaction);
    if (!(results instanceof Promise)) {
      return this.#answer(job, results[0] as AddResult, definition);
    }
    return this.#answerLater(job, results, definition);
  }

  async #answerLater(
    job: NewJob,
    results: Promise<readonly AddResult[]>,
    definition: JobDefinition,
  ): Promise<Job> {
    const [result] = await results;
    return this.#answer(job, result as AddResult, definition);
  }

  async #store(prepared: PreparedBatch, how: HowStored): Promise<Job[]> {
    const { backend } = this.#options;
    const { transaction, parent } = how;
    const { jobs, definitions } = prepared;
    const ids = new GivenIds(prepared);
    ids.compare();
    refuseAborted(how);
    if (parent !== undefined || prepared.hasDependents) {
      const { queueName } = this.#options;
      const added =
        parent === undefined
          ? addDependents(backend, jobs, queueName, transaction)
          : addChildren(backend, jobs, queueName, parent);
      return this.#answers(jobs, await ids.named(added), definitions);
    }
    // A backend refuses a call as a whole; before several calls, all are checked.
    if (jobs.length > 0 && jobs.length <= BATCH) {
      const added = await ids.named(backend.add(toAdd(jobs, how)));
      return this.#answers(jobs, added, definitions);
    }
    // In a transaction each call compares them itself, and a rollback takes back those before.
    if (transaction === undefined) await ids.lookUp(backend);
    refuseAborted(how);
    const results: AddResult[] = [];
    for (let start = 0; start < jobs.length; start += BATCH) {
      const batch = jobs.slice(start, start + BATCH);
      results.push(...(await ids.named(backend.add(toAdd(batch, how)))));
    }
    return this.#answers(jobs, results, definitions);
  }

  #answers(
    jobs: readonly NewJob[],
    results: readonly AddResult[],
    definitions: readonly JobDefinition[],
  ): Job[] | Promise<Job[]> {
    const answers: MaybePromise<Job>[] = [];
    let isKnown = false;
    for (let index = 0; index < jobs.length; index++) {
      const result = results[index] as AddResult;
      if (result.outcome !== 'added') isKnown = true;
      answers.push(
        this.#answer(jobs[index] as NewJob, result, definitions[index] as JobDefinition),
      );
    }
    return isKnown ? Promise.all(answers) : (answers as Job[]);
  }

  #manyThroughMiddleware(requests: readonly EnqueueRequest[], how: HowStored): Promise<Job[]> {
    return enqueueTogether<PreparedJob>({
      count: requests.length,
      run: async (index, meet) => {
        const request = requests[index] as EnqueueRequest;
        try {
          return await this.#throughMiddleware(request, async (changed) => {
            const options = withSourceOf(request.options, changed.options);
            const prepared = await this.#preparedOf({ ...changed, options });
            return meet({ ...prepared, namedId: request.options?.jobId });
          });
        } catch (error) {
          throw atIndex(error, index);
        }
      },
      store: (prepared) => {
        const { queueName } = this.#options;
        return this.#store(PreparedBatch.of(reconnect(prepared, queueName)), how);
      },
    });
  }

  /** Runs the middleware around the storing of one job, whose payload and options it may replace. */
  #throughMiddleware(
    { definition, payload, options = {}, ...rest }: EnqueueRequest,
    store: (request: EnqueueRequest) => Promise<Job>,
  ): Promise<Job> {
    const { queueName, middleware, reportError } = this.#options;
    const ctx: EnqueueContext = { name: definition.name, queueName, options, payload };
    const innermost = (): Promise<Job> =>
      store({ definition, payload: ctx.payload, options: ctx.options, ...rest });
    return runEnqueueMiddleware(middleware, ctx, innermost, reportError);
  }

  async #preparedOf(request: EnqueueRequest): Promise<PreparedJob> {
    const { definition, payload, options, isPartial } = request;
    const job = await this.#prepare(definition, payload, options, isPartial);
    return { job, definition, hasOwnId: options?.jobId !== undefined };
  }

  #prepare(
    definition: JobDefinition,
    payload: unknown,
    options: EnqueueOptions | undefined,
    isPartial = false,
    how?: HowPrepared,
  ): MaybePromise<NewJob> {
    const { backend, preparer } = this.#options;
    const job = isPartial
      ? preparer.preparePartly(definition, payload, options)
      : preparer.prepare(definition, payload, options, how);
    if (options !== undefined) requireOrders(backend, options);
    if (job instanceof Promise) return whenSupported(backend, job);
    return requireSupport(backend, job);
  }

  #answer(job: NewJob, result: AddResult, definition: JobDefinition): MaybePromise<Job> {
    const { queueName } = this.#options;
    const view = { queueName, codec: definition.codec ?? this.#options.codec };
    return result.outcome === 'added' ? newToJob(job, view) : this.#readKnown(job, result, view);
  }

  async #readKnown(
    job: NewJob,
    { id, existing }: AddResult,
    view: Parameters<typeof toJob>[1],
  ): Promise<Job> {
    const record = existing ?? (await this.#options.backend.get({ id }));
    const duplicate = { ...view, duplicate: true };
    return record === undefined ? newToJob({ ...job, id }, duplicate) : toJob(record, duplicate);
  }
}

function checkItem(item: EnqueueItem): void {
  if (!hasOnlyItemFields(item)) checkOptions('item', item, ITEM_FIELDS);
}

/** Returns whether the payload of an item is completed when it runs, and is not checked before. */
function isStep(item: EnqueueItem): boolean {
  return (item as StepItem)[STEP_AFTER] !== undefined;
}

/** Returns whether an item has only known fields. Compares them one by one, since this runs for every item. */
function hasOnlyItemFields(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  for (const name in item) {
    if (name !== 'job' && name !== 'payload' && name !== 'options') return false;
  }
  return true;
}

async function whenSupported(backend: AddingBackend, job: Promise<NewJob>): Promise<NewJob> {
  return requireSupport(backend, await job);
}

function requireSupport(backend: AddingBackend, job: NewJob): NewJob {
  if (job.deduplication !== undefined && !backend.capabilities.deduplication) {
    throw notSupported(backend.name, 'deduplication');
  }
  if (job.dependsOn !== undefined) requireWorkflows(backend, job);
  return job;
}
