import { checkDuration, checkOptions, invalidArgument } from '../check/argument.ts';
import type { Backend } from '../contract/backend.ts';
import type { OrderPolicy, OrderStore, QueueOrder } from '../contract/order-store.ts';
import { notSupported } from '../errors/error-factories.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { OrderOptions } from '../job/order-facts.ts';
import { MAX_AGE_MS } from '../job/place-of.ts';

const POLICIES: readonly unknown[] = ['fifo', 'fair', 'ageing', 'deadline'];
/** The default of `agePerPriority`: a minute. */
const DEFAULT_AGE_MS = 60_000;

/** Says in which order the waiting jobs of a queue start. */
export interface OrderSettings {
  /**
   * The order of the waiting jobs; all processes of a queue must say the same. `fair`: keys take turns (`fairKey`,
   * `weight`); `ageing`: priority is a head start in time; `deadline`: the earliest deadline first.
   * @default the stored order, else 'fifo'
   */
  readonly order?: OrderPolicy | undefined;
  /**
   * How much earlier one step of priority lets a job start in an `ageing` queue, in milliseconds: from 1 ms to 30 days.
   * Priority times this is at most 30 days. @default 60_000
   */
  readonly agePerPriority?: number | undefined;
}

/**
 * Checks an order, and turns it into the store's form; nothing where none is given.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function resolveOrder({ order, agePerPriority }: OrderSettings): QueueOrder | undefined {
  if (order !== undefined && !POLICIES.includes(order)) {
    throw invalidArgument('order', "'fifo', 'fair', 'ageing' or 'deadline'", order);
  }
  if (order === 'ageing') {
    const range = { min: 1, max: MAX_AGE_MS };
    const age = agePerPriority ?? DEFAULT_AGE_MS;
    return { policy: order, agePerPriority: checkDuration('agePerPriority', age, range) };
  }
  if (agePerPriority !== undefined) {
    const advice = "It applies to `order: 'ageing'` only.";
    throw invalidArgument(
      'agePerPriority',
      "absent unless `order` is 'ageing'",
      agePerPriority,
      advice,
    );
  }
  return order === undefined ? undefined : { policy: order };
}

/**
 * Refuses a priority that moves a job by more than 30 days in an `ageing` queue.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkAgeOf(priority: number, order: QueueOrder | undefined): void {
  const age = order?.agePerPriority;
  if (age === undefined || Math.abs(priority * age) <= MAX_AGE_MS) return;
  const most = Math.floor(MAX_AGE_MS / age);
  throw invalidArgument(
    'priority',
    `from -${most} to ${most} in a queue with \`agePerPriority: ${age}\``,
    priority,
    'Priority times `agePerPriority` is at most 30 days.',
  );
}

/**
 * Returns the part of a backend that keeps orders.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function ordersOf({ name, orders }: Pick<Backend, 'name' | 'orders'>): OrderStore {
  if (orders === undefined) throw notSupported(name, 'orders');
  return orders;
}

/**
 * Refuses the order options of a single job where the backend keeps no orders.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function requireOrders(
  { name, orders }: Pick<Backend, 'name' | 'orders'>,
  { fairKey, weight, deadline }: OrderOptions,
): void {
  if (orders === undefined && (fairKey ?? weight ?? deadline) !== undefined) {
    throw notSupported(name, 'orders');
  }
}

/**
 * Stores the order that a queue was made with, if none is stored; refuses it if another one is.
 *
 * @throws JobsError `JOBS_CONFLICT`
 */
export async function adoptOrder(
  backend: Backend,
  queueName: string,
  order: QueueOrder | undefined,
): Promise<void> {
  // Every backend hands out jobs first in, first out.
  if (order === undefined || (backend.orders === undefined && order.policy === 'fifo')) return;
  const stored = await ordersOf(backend).adopt({ order });
  if (isSameOrder(stored, order)) return;
  throw new JobsError(
    'JOBS_CONFLICT',
    `Expected \`order\` of queue \`${queueName}\` to be ${describeOrder(stored)}, the stored order, got ${describeOrder(order)}. ` +
      'Leave the option out, or change the order for all processes with `queue.setOrder(order)`.',
    { details: { field: 'order', queueName, stored: stored.policy, wanted: order.policy } },
  );
}

/** Checks the arguments of `setOrder`. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkOrder(
  order: unknown,
  options: { readonly agePerPriority?: number } = {},
): QueueOrder {
  checkOptions('setOrder', options, ['agePerPriority']);
  if (order === undefined)
    throw invalidArgument('order', "'fifo', 'fair', 'ageing' or 'deadline'", order);
  return resolveOrder({ order: order as OrderPolicy, ...options }) as QueueOrder;
}

function isSameOrder(a: QueueOrder, b: QueueOrder): boolean {
  return a.policy === b.policy && a.agePerPriority === b.agePerPriority;
}

function describeOrder({ policy, agePerPriority }: QueueOrder): string {
  return agePerPriority === undefined
    ? `'${policy}'`
    : `'${policy}' with \`agePerPriority: ${agePerPriority}\``;
}
