import type { QueueOrder } from '@philjs/jobs-core';
import { fairNumber, type NewJob, placeOf } from '@philjs/jobs-core/backend';

/** Is the turn of a key of one priority, as long as it has waiting jobs. */
interface Turn {
  base: number;
  since: number;
  waiting: number;
}

/** Holds the model's state of one job of a queue with an order. */
export interface OrderedJob {
  facts: NewJob;
  /** The order of arrival among waiting jobs. */
  seq: number;
  status: 'waiting' | 'active' | 'gone';
  fencingToken: number;
  /** The turn of its key before its start, and what {@link Turn.since} was after it. */
  charged:
    | { readonly base: number; readonly since: number; readonly chargedAt: number }
    | undefined;
}

/** The name of the jobs that a limit of the model applies to. */
export const LIMITED = 'limited';

/** Predicts which jobs of a queue are active, in the simplest way: a list, and the rules of its order. */
export class OrderModel {
  readonly jobs: OrderedJob[] = [];
  isPaused = false;
  /** How many jobs named `limited` may be active. */
  limit: number = Number.POSITIVE_INFINITY;
  /** How many of them with one concurrency key may be active. */
  limitPerKey: number = Number.POSITIVE_INFINITY;
  /** Is called with each job just before it starts. */
  onStart: (job: OrderedJob) => void = () => undefined;
  readonly #slots: number;
  readonly #turns = new Map<string, Turn>();
  readonly #virtualTimes = new Map<number, number>();
  #order: QueueOrder;
  #arrivals = 0;
  #firsts = 0;
  #changes = 0;

  constructor(order: QueueOrder, slots: number) {
    this.#order = order;
    this.#slots = slots;
  }

  add(facts: NewJob): void {
    const seq = ++this.#arrivals;
    const job: OrderedJob = { facts, seq, status: 'waiting', fencingToken: 0, charged: undefined };
    this.jobs.push(job);
    this.#join(job);
  }

  /** Chooses a job in a state, if there is any. */
  pick(status: OrderedJob['status'], number: number): OrderedJob | undefined {
    const found = this.jobs.filter((job) => job.status === status);
    return found[number % Math.max(1, found.length)];
  }

  /** Lists the starts that are under way: each is a job and which of its starts it is. */
  active(): string[] {
    const active = this.jobs.filter(({ status }) => status === 'active');
    return active.map(({ facts, fencingToken }) => `${facts.id}:${fencingToken}`).sort();
  }

  /** Ends an active job, or takes a waiting one out. */
  end(job: OrderedJob, how: 'gone' | 'behind' | 'unstarted'): void {
    if (job.status === 'waiting') this.#leave(job);
    if (how === 'unstarted') this.#giveBack(job);
    job.status = how === 'gone' ? 'gone' : 'waiting';
    if (how === 'behind') job.seq = ++this.#arrivals;
    if (how !== 'gone') this.#join(job, how === 'unstarted' ? job.charged : undefined);
  }

  /** Changes a waiting job, which with another priority goes behind the others of that. */
  change(job: OrderedJob, changes: Pick<NewJob, 'priority'> | Pick<NewJob, 'order'>): void {
    this.#rewrite(job, changes, 'priority' in changes);
  }

  /** Gives a waiting job all facts of another. Of the same priority, it keeps its place. */
  replace(job: OrderedJob, facts: Pick<NewJob, 'priority' | 'order'>): void {
    this.#rewrite(job, facts, facts.priority !== job.facts.priority);
  }

  #rewrite(job: OrderedJob, changes: Partial<NewJob>, goesBehind: boolean): void {
    if (goesBehind) job.seq = ++this.#arrivals;
    const before = { ...job };
    job.facts = { ...job.facts, ...changes };
    // It joins its turn first: that of a key with no other job, and the virtual time, stay.
    this.#join(job);
    this.#leave(before);
  }

  /** Moves all waiting jobs to another order. */
  reorder(order: QueueOrder): void {
    this.#order = order;
    this.#turns.clear();
    this.#virtualTimes.clear();
    const waiting = this.jobs.filter(({ status }) => status === 'waiting');
    for (const job of this.jobs) job.charged = undefined;
    for (const job of waiting.sort((a, b) => a.seq - b.seq)) this.#join(job);
  }

  /** Starts all jobs that may start now. */
  startAll(): void {
    for (let job = this.next(); job !== undefined; job = this.next()) {
      this.onStart(job);
      this.#start(job);
    }
  }

  /** Returns the job that starts next, if one may. */
  next(): OrderedJob | undefined {
    const active = this.jobs.filter(({ status }) => status === 'active');
    if (this.isPaused || active.length >= this.#slots) return undefined;
    return this.startable().sort((a, b) => this.#compare(a, b))[0];
  }

  /** Lists the waiting jobs that no limit keeps from starting. */
  startable(): OrderedJob[] {
    const active = this.jobs.filter(({ status }) => status === 'active');
    const limited = active.filter(({ facts }) => facts.name === LIMITED);
    const isFull = ({ concurrencyKey: key }: NewJob): boolean => {
      const ofKey = limited.filter(({ facts }) => facts.concurrencyKey === key);
      return key !== undefined && ofKey.length >= this.limitPerKey;
    };
    return this.jobs.filter(
      ({ status, facts }) =>
        status === 'waiting' &&
        (facts.name !== LIMITED || (limited.length < this.limit && !isFull(facts))),
    );
  }

  #start(job: OrderedJob): void {
    const turn = this.#turns.get(turnOf(job)) as Turn;
    const { base, since } = turn;
    const { priority, order } = job.facts;
    const time = Math.max(this.#virtualTimes.get(priority) ?? 0, fairNumber(base, order));
    this.#virtualTimes.set(priority, time);
    turn.base = time;
    turn.since = ++this.#changes;
    job.charged = { base, since, chargedAt: turn.since };
    this.#leave(job);
    job.status = 'active';
    job.fencingToken += 1;
  }

  #giveBack({ charged, ...job }: OrderedJob): void {
    const turn = this.#turns.get(turnOf(job));
    if (charged === undefined || turn?.since !== charged.chargedAt) return;
    // All jobs of its priority may have started since, and with them the virtual time gone.
    turn.base = Math.min(turn.base, charged.base);
    turn.since = charged.since;
  }

  #join(job: OrderedJob, kept?: OrderedJob['charged']): void {
    const time = this.#virtualTimes.get(job.facts.priority) ?? 0;
    const turn = this.#turns.get(turnOf(job)) ?? {
      base: Math.min(kept?.base ?? time, time),
      since: kept?.since ?? ++this.#changes,
      waiting: 0,
    };
    turn.waiting += 1;
    this.#turns.set(turnOf(job), turn);
    if (job.seq === 0) job.seq = --this.#firsts;
  }

  #leave(job: OrderedJob): void {
    const turn = this.#turns.get(turnOf(job)) as Turn;
    turn.waiting -= 1;
    if (turn.waiting > 0) return;
    this.#turns.delete(turnOf(job));
    const isLast = ![...this.#turns.keys()].some((key) => key.startsWith(classOf(job)));
    if (isLast) this.#virtualTimes.delete(job.facts.priority);
  }

  #compare(a: OrderedJob, b: OrderedJob): number {
    const [cls, number, since] = this.#keyOf(a);
    const [otherCls, otherNumber, otherSince] = this.#keyOf(b);
    return cls - otherCls || number - otherNumber || since - otherSince || a.seq - b.seq;
  }

  #keyOf(job: OrderedJob): readonly [cls: number, number: number, since: number] {
    const { priority, runAt, order } = job.facts;
    const [cls, number] = placeOf(this.#order, { priority, arrivedAt: runAt, order });
    const turn = this.#turns.get(turnOf(job));
    if (this.#order.policy !== 'fair' || turn === undefined) return [cls, number, 0];
    return [cls, fairNumber(turn.base, order), turn.since];
  }
}

/** Names the key and the priority whose jobs take turns with others. */
export function turnOf(job: Pick<OrderedJob, 'facts'>): string {
  return `${classOf(job)}${job.facts.order?.fairKey ?? ''}`;
}

function classOf({ facts }: Pick<OrderedJob, 'facts'>): string {
  return `${facts.priority}:`;
}
