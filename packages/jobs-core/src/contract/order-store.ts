/**
 * Names the order in which the waiting jobs of a queue start.
 *
 * - `fifo`: higher priority first, then first in, first out.
 * - `fair`: higher priority first; within a priority the keys take turns, each in proportion to its weight.
 * - `ageing`: as if a job had arrived earlier by its priority times `agePerPriority`, so nothing waits for ever.
 * - `deadline`: higher priority first, then the earliest deadline.
 */
export type OrderPolicy = 'fifo' | 'fair' | 'ageing' | 'deadline';

/** Describes the order of a queue. */
export interface QueueOrder {
  /** The policy. */
  readonly policy: OrderPolicy;
  /** How much earlier one step of priority lets a job start, in milliseconds. Given with `ageing` alone. */
  readonly agePerPriority?: number;
}

/** Holds the facts of a job that an order may sort by. */
export interface JobOrder {
  /** The key that it shares turns with in a `fair` order: 1 to 256 bytes. Jobs without one share turns as one key. */
  readonly fairKey?: string;
  /** The weight of its start in a `fair` order: 0.001 to 1,000. @default 1 */
  readonly weight?: number;
  /** Its deadline in epoch milliseconds, for a `deadline` order. Jobs without one come last. */
  readonly deadlineAt?: number;
}

/** How many jobs before another, and how many other keys, a store counts at most. */
export const MOST_COUNTED = 1000;

/** Describes the place of a waiting job in the order of its queue. */
export interface JobPlace {
  /** The order of the queue. */
  readonly order: QueueOrder;
  /** How many waiting jobs go before it; in a `fair` order, how many of its key and priority. At most {@link MOST_COUNTED}. */
  readonly ahead: number;
  /** How many other keys of its priority have waiting jobs, at most {@link MOST_COUNTED}. Given in a `fair` order alone. */
  readonly otherKeys?: number;
}

/**
 * Keeps the order of a queue, and applies it where jobs are handed out: the part of a backend with the capability
 * `orders`. The numbers to sort by come from core: `placeOf` for orders in which they do not change, `fairNumber` for
 * the head of each key in a `fair` one. A change of the facts or the order moves the waiting jobs.
 *
 * - Jobs with equal numbers go first in, first out. In a `fair` order, the key goes first whose head got its number
 * first, and jobs of one key and priority go first in, first out.
 * - The place of a job in an `ageing` order counts from when it first became ready: a retry or a snooze does not change
 * it. A retry by hand, a promotion and a changed time do.
 * - In a `fair` order a start is charged to its key, also that of a retry; it is given back when the handler did not
 * run (`usesStart`), unless a job of the key has started since. Jobs that leave without a start cost nothing.
 * - No step is linear in the number of waiting jobs or keys, but `set`.
 * - Lists show the waiting jobs of a `fair` order by priority, then first in, first out.
 */
export interface OrderStore {
  /**
   * Takes over the order of a process if none is stored, also for the jobs that are waiting; returns the order stored
   * then. The first process decides. A queue opens with this call: it moves about 10,000 jobs at most, and exchanges
   * move the rest.
   */
  adopt(params: { readonly order: QueueOrder }): Promise<QueueOrder>;
  /** Stores an order and moves the jobs that are waiting. Jobs may start while it does. */
  set(params: { readonly order: QueueOrder }): Promise<void>;
  /** Reads the order; `undefined` when none is stored, and jobs go first in, first out. */
  read(): Promise<QueueOrder | undefined>;
  /** Finds the place of a waiting job; `undefined` for any other job. */
  place(params: { readonly id: string }): Promise<JobPlace | undefined>;
}
