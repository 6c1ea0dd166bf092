import type { Backend } from '../contract/backend.ts';
import type { NewJob } from '../contract/new-job.ts';
import { JobsError } from '../errors/jobs-error.ts';
import { requireWorkflows } from '../queue/add-dependents.ts';
import { checkDependsOn, dependenciesOf } from '../queue/depends-on.ts';
import type { EnqueueManyOptions } from '../queue/enqueue-options.ts';
import { amongAll, atIndex, GivenIds } from '../queue/given-ids.ts';
import type { Job } from '../queue/job.ts';
import { dependsOnOf, type JobPlace, nameItems, withIds } from '../queue/name-items.ts';
import { inOrderOfDependencies } from '../queue/order-dependents.ts';
import type { PreparedBatch } from '../queue/prepared-batch.ts';
import type { EnqueueItem, IQueue } from '../queue/queue-interface.ts';
import { STEP_AFTER, type StepItem } from '../queue/step-item.ts';
import { internalsOf } from '../run/queue-internals.ts';

/** Holds the items of one queue, by their indexes in the call. */
type Part = readonly [queue: IQueue, indexes: readonly number[]];

/** Checks the items of a call to several queues, which may wait for each other, and stores them a queue at a time. */
export class CrossingItems {
  readonly #items: readonly EnqueueItem[];
  readonly #places = new Map<EnqueueItem, JobPlace>();
  readonly #given: readonly EnqueueItem[];
  readonly #parts: readonly Part[];

  /** Takes the items, and the queues with the indexes of theirs. @throws JobsError `JOBS_INVALID_ARGUMENT` */
  constructor(items: readonly EnqueueItem[], parts: Iterable<Part>) {
    this.#given = items;
    const left = new Map(parts);
    const names = new Map<EnqueueItem, string>();
    for (const [{ name }, indexes] of left) {
      for (const index of indexes) names.set(this.#givenAt(index), name);
    }
    const named = nameItems(items, (id, item) => {
      const place = this.#places.get(item) ?? { queue: names.get(item) ?? '', id };
      this.#places.set(item, place);
      return place;
    });
    this.#items = withIds(named);
    this.#parts = inOrderOfQueues(left, this.#items, new Set(this.#places.values()));
  }

  /**
   * Checks each item as its queue does. In a transaction it looks up no ids: each queue does that by the caller's
   * connection when it stores its jobs, and a rollback takes back those of the queues before.
   *
   * @throws JobsError as `enqueueMany`
   */
  async check({ transaction }: EnqueueManyOptions): Promise<void> {
    for (const [queue, indexes] of this.#parts) {
      const jobs: NewJob[] = [];
      const given: number[] = [];
      for (const index of indexes) {
        try {
          if (this.#givenAt(index).options?.jobId !== undefined) given.push(jobs.length);
          jobs.push(await prepared(queue, this.#itemAt(index)));
        } catch (error) {
          throw atIndex(error, index);
        }
      }
      inOrderOfDependencies(jobs, queue.name);
      const store = transaction === undefined ? queue.backend : undefined;
      await checkIds({ jobs, given }, store, indexes);
    }
  }

  /**
   * Stores the items, and returns their jobs; each queue comes after those for whose jobs its own wait.
   *
   * @throws JobsError as `enqueueMany`
   */
  async store(options: EnqueueManyOptions): Promise<Job[]> {
    const stored: Job[] = [];
    let { signal } = options;
    for (const [queue, indexes] of this.#parts) {
      const items = indexes.map((index) => this.#itemAt(index));
      const jobs: readonly Job[] = await queue
        .enqueueMany(items, { ...options, signal })
        .catch((error) => {
          throw amongAll(error, indexes);
        });
      // What has begun goes on.
      signal = undefined;
      for (const [at, index] of indexes.entries()) {
        const job = jobs[at] as Job;
        stored[index] = job;
        const place = this.#places.get(this.#givenAt(index));
        // Those that wait for a duplicate wait for the job that it is one of.
        if (place !== undefined) place.id = job.id;
      }
    }
    return stored;
  }

  #itemAt(index: number): EnqueueItem {
    return this.#items[index] as EnqueueItem;
  }

  #givenAt(index: number): EnqueueItem {
    return this.#given[index] as EnqueueItem;
  }
}

/** Refuses ids that jobs of other names have, in the call or in the store if one is given. @throws JobsError `JOBS_CONFLICT` */
async function checkIds(
  batch: Pick<PreparedBatch, 'jobs' | 'given'>,
  store: Backend | undefined,
  indexes: readonly number[],
): Promise<void> {
  const ids = new GivenIds(batch);
  try {
    ids.compare();
    if (store !== undefined) await ids.lookUp(store);
  } catch (error) {
    throw amongAll(error, indexes);
  }
}

/** Prepares a job to check it. The payload is left out where a middleware, or the step before, may still complete it. */
async function prepared(queue: IQueue, item: EnqueueItem): Promise<NewJob> {
  const { dependsOn, onDependencyFailure, ...alone } = item.options ?? {};
  checkDependsOn({ dependsOn, onDependencyFailure });
  const isStep = (item as StepItem)[STEP_AFTER] !== undefined;
  const payloadLater = isStep || internalsOf(queue).wrapsEnqueue;
  const job = await queue.prepare(item.job, item.payload, alone, { payloadLater });
  if (dependsOn === undefined) return job;
  const waiting = { ...job, ...dependenciesOf({ dependsOn, onDependencyFailure }, queue.name) };
  if (waiting.dependsOn !== undefined) requireWorkflows(queue.backend, waiting);
  return waiting;
}

/**
 * Orders queues: each comes after those that have items for which its own wait.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when none can be the first
 */
function inOrderOfQueues(
  left: Map<IQueue, readonly number[]>,
  items: readonly EnqueueItem[],
  places: ReadonlySet<unknown>,
): Part[] {
  const ordered: Part[] = [];
  const open = new Set([...left.keys()].map(({ name }) => name));
  const isAhead = (dependency: unknown, name: string): boolean =>
    places.has(dependency) &&
    (dependency as JobPlace).queue !== name &&
    open.has((dependency as JobPlace).queue);
  const canBeNext = ([{ name }, indexes]: Part): boolean =>
    !indexes.some((index) => dependsOnOf(items[index]).some((one) => isAhead(one, name)));
  while (left.size > 0) {
    const next = [...left].find(canBeNext);
    if (next === undefined) throw mutualQueues([...open]);
    ordered.push(next);
    left.delete(next[0]);
    open.delete(next[0].name);
  }
  return ordered;
}

function mutualQueues(names: readonly string[]): JobsError {
  const queues = names.map((name) => `\`${name}\``).join(', ');
  return new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`dependsOn\` to lead one way between the queues of a call, but jobs of ${queues} wait for each other. ` +
      'Make a call for those that come first, and name their jobs by `{ queue, id }` in the next.',
    { details: { field: 'dependsOn', queues: names } },
  );
}
