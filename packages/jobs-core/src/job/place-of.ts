import type { JobOrder, QueueOrder } from '../contract/order-store.ts';

/** By how much a priority moves a job at most in an `ageing` order, in milliseconds: 30 days. */
export const MAX_AGE_MS: number = 30 * 86_400_000;

/** The number of a job without a deadline: that of the last moment a date can hold. */
export const NO_DEADLINE = 8_640_000_000_000_000;

/** Holds the facts of a job that its place depends on. */
export interface PlacedJob {
  /** Higher runs first. */
  readonly priority: number;
  /** When it first became ready, in epoch milliseconds. */
  readonly arrivedAt: number;
  /** The order options it was enqueued with. */
  readonly order?: JobOrder | undefined;
}

/**
 * Computes where a job stands in the order of its queue: its class and its number within that. The smallest number of
 * the smallest class starts first; of equal ones, the one that arrived first. In a `fifo` and a `fair` order the number
 * is 0: the arrival decides, or {@link fairNumber} does.
 */
export function placeOf(
  { policy, agePerPriority = 0 }: QueueOrder,
  { priority, arrivedAt, order }: PlacedJob,
): readonly [cls: number, number: number] {
  // `0 −` because −0 is not the same key.
  if (policy === 'ageing') {
    const lead = Math.min(Math.max(priority * agePerPriority, -MAX_AGE_MS), MAX_AGE_MS);
    return [0, arrivedAt - lead];
  }
  return [0 - priority, policy === 'deadline' ? (order?.deadlineAt ?? NO_DEADLINE) : 0];
}

/**
 * Computes the number of the head of a key in a `fair` order: start-time fair queueing. `base` is the virtual time of
 * the class when the key last started a job, or when its first job arrived since. The virtual time of a class is the
 * largest number that has started in it.
 */
export function fairNumber(base: number, { weight = 1 }: JobOrder = {}): number {
  return base + 1 / weight;
}
