import type { OrderPolicy, QueueOrder } from '@philjs/jobs-core';
import type { Backend, JobOrder, LimitStore, NewJob } from '@philjs/jobs-core/backend';
import { expect } from 'vitest';
import type { BackendTrial } from '../backend-trial.ts';
import type { Run, TestWorker } from '../test-worker.ts';
import { LIMITED, type OrderedJob, OrderModel, turnOf } from './order-model.ts';
import type { OrderOperation } from './order-operation.ts';
import { patienceOf } from './patience.ts';

/** How many jobs each worker runs at once. */
const SLOTS = [2, 1] as const;
const error = { name: 'Error', message: 'as the model says' } as const;

/** Says how the keys of a run share their turns: alike, or by their weights. */
export type Weights = 'equal' | 'different';

/** Applies operations to a queue with an order and to the model, and compares the active jobs after each. */
export class OrderRun {
  readonly #trial: BackendTrial;
  readonly #model: OrderModel;
  readonly #order: QueueOrder;
  readonly #weights: Weights;
  /** How many jobs of each other key have started while a job was the head of its own. */
  readonly #passedBy = new Map<OrderedJob, Map<string, number>>();
  #isFair: boolean;
  #keys = 0;

  constructor(trial: BackendTrial, policy: OrderPolicy, weights: Weights) {
    this.#trial = trial;
    this.#weights = weights;
    this.#order = orderOf(policy);
    this.#isFair = policy === 'fair' && weights === 'equal';
    this.#model = new OrderModel(
      this.#order,
      SLOTS.reduce((sum, slots) => sum + slots, 0),
    );
    this.#model.onStart = (job) => this.#countPassed(job);
  }

  async run(operations: readonly OrderOperation[]): Promise<void> {
    const store = await this.#trial.open();
    expect(await store.orders?.adopt({ order: this.#order })).toEqual(this.#order);
    const workers: TestWorker[] = [];
    for (const concurrency of SLOTS) {
      const other = await this.#trial.open();
      // No worker dies. One whose process stands still is not to lose its jobs to the other.
      const lockMs = 1_000_000;
      workers.push(await this.#trial.work(other, { run: 'hold', concurrency, lockMs }));
    }
    for (const operation of operations) {
      await this.#do(operation, store, workers);
      this.#model.startAll();
      await this.#compare(operation, store, workers);
    }
  }

  async #do(
    operation: OrderOperation,
    store: Backend,
    workers: readonly TestWorker[],
  ): Promise<void> {
    switch (operation.type) {
      case 'add':
        return this.#add(operation, store);
      case 'end':
        return this.#end(operation, workers);
      case 'leave':
        return this.#leave(operation, store);
      case 'change':
        return this.#change(operation, store);
      case 'replace':
        return this.#replace(operation, store);
      case 'clear':
        for (const job of this.#model.jobs) {
          if (job.status === 'waiting') this.#model.end(job, 'gone');
        }
        await store.clear({ statuses: ['waiting'] });
        return;
      case 'limit':
        // A backend without limits of its own runs the whole sequence without any.
        if (store.limits === undefined) return;
        this.#model.limit = operation.concurrency ?? Number.POSITIVE_INFINITY;
        this.#model.limitPerKey = operation.perKey ?? Number.POSITIVE_INFINITY;
        return (store.limits as LimitStore).set({
          name: LIMITED,
          limits: { concurrency: operation.concurrency, concurrencyPerKey: operation.perKey },
        });
      case 'pause':
        this.#model.isPaused = operation.isPaused;
        return store.setPaused({ paused: operation.isPaused });
      case 'order':
        return this.#reorder(operation.policy, store);
    }
  }

  async #reorder(policy: OrderPolicy, store: Backend): Promise<void> {
    const order = orderOf(policy);
    this.#isFair = policy === 'fair' && this.#weights === 'equal';
    this.#passedBy.clear();
    this.#model.reorder(order);
    await store.orders?.set({ order });
  }

  async #add(operation: OrderOperation & { type: 'add' }, store: Backend): Promise<void> {
    const { count, isLimited, hasUsers, priority, key, deadline } = operation;
    const order = {
      ...this.#factsOf(key),
      ...(deadline !== undefined && { deadlineAt: 1_900_000_000_000 + deadline * 1000 }),
    };
    const name = isLimited ? LIMITED : 'job';
    const jobs: NewJob[] = Array.from({ length: count }, (_, index) => {
      // From the last to the first: the order of the keys is not that of the arrivals.
      const user = isLimited && hasUsers && { concurrencyKey: `user-${(count - index) % 3}` };
      const key = store.capabilities.deduplication && index % 2 === 1 && `key ${this.#keys++}`;
      const keyed = key && { deduplication: { key, mode: 'replace' as const } };
      return this.#trial.job({ name, priority, order, maxAttempts: 1000, ...user, ...keyed });
    });
    for (const job of jobs) this.#model.add(job);
    await this.#trial.add(store, ...jobs);
  }

  /** Returns the key of a job, and its weight if it has another than 1. */
  #factsOf(key: 'a' | 'b' | 'c' | undefined): JobOrder {
    if (key === undefined) return {};
    const weight = { a: 1, b: 2, c: 0.5 }[key];
    const isWeighted = this.#weights === 'different' && weight !== 1;
    return { fairKey: key, ...(isWeighted && { weight }) };
  }

  async #change({ pick, to }: OrderOperation & { type: 'change' }, store: Backend): Promise<void> {
    const job = this.#model.pick('waiting', pick);
    // A backend without changes of stored jobs runs the whole sequence without any.
    if (job === undefined || store.updates === undefined) return;
    const { id, concurrencyKey, version, payload: value, order: before } = job.facts;
    await this.#untilLastRunEnded(id, store);
    this.#passedBy.delete(job);
    if ('priority' in to) {
      this.#model.change(job, to);
      expect(await store.updates.update({ ids: [id], changes: to })).toBe(1);
      return;
    }
    const { deadlineAt } = before ?? {};
    const order = { ...this.#factsOf(to.key), ...(deadlineAt !== undefined && { deadlineAt }) };
    this.#model.change(job, { order });
    const keys = concurrencyKey === undefined ? {} : { concurrencyKey };
    const payload = { value, version, ...keys, order };
    expect(await store.updates.update({ ids: [id], changes: { payload } })).toBe(1);
  }

  async #replace(
    { pick, priority, key }: OrderOperation & { type: 'replace' },
    store: Backend,
  ): Promise<void> {
    const job = this.#model.pick('waiting', pick);
    // The key of a job that may be replaced is free once it has started.
    const { id, name, deduplication, concurrencyKey } = job?.facts ?? {};
    if (job === undefined || deduplication === undefined || job.fencingToken > 0) return;
    const order = this.#factsOf(key);
    const keys = concurrencyKey === undefined ? {} : { concurrencyKey };
    const facts = { name, priority, order, maxAttempts: 1000, ...keys, deduplication };
    this.#passedBy.delete(job);
    this.#model.replace(job, { priority, order });
    const added = await this.#trial.add(store, this.#trial.job(facts as Partial<NewJob>));
    expect(added).toMatchObject([{ id, outcome: 'replaced' }]);
  }

  async #end(
    { pick, how }: OrderOperation & { type: 'end' },
    workers: readonly TestWorker[],
  ): Promise<void> {
    const job = this.#model.pick('active', pick);
    if (job === undefined) return;
    const run = activeOn(workers).find(({ id }) => id === job.facts.id);
    // In the past by the store's clock as well, which may be slow.
    const { runAt } = job.facts;
    if (how === 'complete') run?.end();
    else if (how === 'fail') run?.end({ type: 'fail', error, attemptUsed: true });
    else if (how === 'retry') run?.end({ type: 'retry', error, runAt });
    else if (how === 'snooze') run?.end({ type: 'snooze', reason: 'snoozed', runAt });
    else run?.endWith({ type: 'unstarted' });
    if (how === 'unstarted') this.#uncount(job);
    const isOver = how === 'complete' || how === 'fail';
    this.#model.end(job, isOver ? 'gone' : how === 'unstarted' ? how : 'behind');
  }

  async #leave({ pick, how }: OrderOperation & { type: 'leave' }, store: Backend): Promise<void> {
    const job = this.#model.pick('waiting', pick);
    if (job === undefined) return;
    const { id } = job.facts;
    this.#model.end(job, 'gone');
    await this.#untilLastRunEnded(id, store);
    if (how === 'cancel') expect(await store.cancel({ id, error })).toBe('cancelled');
    else expect(await store.remove({ ids: [id] })).toBe(1);
  }

  /** A job may be waiting for another attempt, and the end of the one before still be on its way. */
  async #untilLastRunEnded(id: string, store: Backend): Promise<void> {
    await this.#trial.time.until('its last run has ended', async () => {
      return (await store.get({ id }))?.status !== 'active';
    });
  }

  /** Counts a start for the heads of other keys, none of which it may pass by twice. */
  #countPassed(starting: OrderedJob): void {
    this.#passedBy.delete(starting);
    if (!this.#isFair) return;
    const startable = this.#model.startable();
    const heads = startable.filter(
      (job) => !startable.some((other) => turnOf(other) === turnOf(job) && other.seq < job.seq),
    );
    for (const head of this.#passedBy.keys()) {
      if (!heads.includes(head)) this.#passedBy.delete(head);
    }
    for (const head of heads) {
      const isOther = turnOf(head) !== turnOf(starting);
      if (!isOther || head.facts.priority !== starting.facts.priority) continue;
      const counts = this.#passedBy.get(head) ?? new Map<string, number>();
      const count = (counts.get(turnOf(starting)) ?? 0) + 1;
      counts.set(turnOf(starting), count);
      this.#passedBy.set(head, counts);
      expect(count, 'starts of one key before the head of another').toBeLessThanOrEqual(1);
    }
  }

  /** A start that did not take place passed nothing by. */
  #uncount(job: OrderedJob): void {
    for (const counts of this.#passedBy.values()) counts.delete(turnOf(job));
  }

  async #compare(
    { type }: OrderOperation,
    store: Backend,
    workers: readonly TestWorker[],
  ): Promise<void> {
    const active = (): string[] =>
      activeOn(workers)
        .map(({ id, job }) => `${id}:${job.fencingToken}`)
        .sort();
    const { time } = this.#trial;
    const expected = this.#model.active();
    const patience = patienceOf(time);
    await time.settle();
    await time
      .until('those start that may', () => active().join() === expected.join(), patience)
      .catch(() => undefined);
    expect(active(), `what is active after \`${type}\``).toEqual(expected);
    const waiting = this.#model.jobs.filter(({ status }) => status === 'waiting').length;
    let counts = await store.counts();
    const agree = async (): Promise<boolean> => {
      counts = await store.counts();
      return counts.waiting === waiting && counts.active === expected.length;
    };
    // The end of the last run may still be on its way.
    await time.until('the store counts them', agree, patience).catch(() => undefined);
    expect(counts, `what is stored after \`${type}\``).toMatchObject({
      waiting,
      active: expected.length,
    });
  }
}

function activeOn(workers: readonly TestWorker[]): Run[] {
  return workers.flatMap(({ active }) => active);
}

function orderOf(policy: OrderPolicy): QueueOrder {
  return policy === 'ageing' ? { policy, agePerPriority: 60_000 } : { policy };
}
