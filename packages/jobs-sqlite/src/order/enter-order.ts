import type { QueueOrder } from '@philjs/jobs-core';
import { placeOf as placeInOrder } from '@philjs/jobs-core/backend';
import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { type Charge, joinShare, leaveShare, type ShareName } from './fair-shares.ts';

/** The columns that {@link leaveOrder} needs. */
export const ORDER_COLUMNS = 'class, number, turn, fair_key';

/** Holds the columns of {@link Spot} in the order in which they are stored. */
export type Spot = readonly [cls: number | null, number: number | null, arrivedAt: number | null];

/** Holds the columns that say where a job stands. */
export interface StoredSpot {
  readonly class?: SqlValue;
  readonly number?: SqlValue;
  readonly turn?: SqlValue;
  readonly fair_key?: SqlValue;
}

/** Returns where a waiting job stands in the order of its queue: nowhere if it goes first in, first out. */
export function spotOf(
  order: QueueOrder | undefined,
  facts: {
    readonly priority: number;
    readonly arrivedAt: number;
    readonly deadlineAt: number | undefined;
  },
): Spot {
  if (order === undefined) return [null, null, null];
  const { priority, arrivedAt, deadlineAt } = facts;
  const [cls, number] = placeInOrder(order, {
    priority,
    arrivedAt,
    ...(deadlineAt !== undefined && { order: { deadlineAt } }),
  });
  return [cls, order.policy === 'fair' ? null : number, order.policy === 'fair' ? null : arrivedAt];
}

/** Places a job that has just become waiting in the order of its queue, perhaps with the turn that it takes back. */
export function enterOrder(change: QueueChange, key: SqlValue, kept?: Charge): void {
  const { order, file } = change;
  if (order === undefined) return;
  const row = file.get(
    'SELECT priority, turn, run_at, arrived_at, deadline_at, fair_key, weight FROM philjs_jobs_jobs WHERE key = ?',
    key,
  ) as Row;
  const { deadline_at, weight = null } = row;
  const spot = spotOf(order, {
    priority: Number(row['priority']),
    arrivedAt: Number(row['arrived_at'] ?? row['run_at']),
    deadlineAt: typeof deadline_at === 'number' ? deadline_at : undefined,
  });
  const sql = `UPDATE philjs_jobs_jobs SET class = ?, number = ?, arrived_at = coalesce(?, arrived_at), charge = NULL WHERE key = ?`;
  file.run(sql, ...spot, key);
  if (order.policy !== 'fair') return;
  const share = { cls: Number(spot[0]), key: String(row['fair_key'] ?? '') };
  joinShare(change, share, { key, turn: Number(row['turn']), weight }, kept);
}

/** Notes that a job, as it was, has left the waiting ones without a start. */
export function leaveOrder(
  change: QueueChange,
  row: StoredSpot & { readonly status?: SqlValue },
): void {
  const share = leftShare(change, row);
  if (share !== undefined) leaveShare(change, share);
}

/**
 * Places a job, as it was, in the order again after its facts or its state changed. It enters first: it would still be counted
 * in the share that it leaves, and the virtual time of its class might be lost.
 */
export function enterOrderAgain(
  change: QueueChange,
  before: StoredSpot & { readonly key?: SqlValue; readonly status?: SqlValue },
  status: SqlValue,
): void {
  const { key = null } = before;
  if (status === 'waiting') enterOrder(change, key);
  leaveOrder(change, before);
}

/** Returns the share of a job in a fair order. */
export function shareOf(row: StoredSpot): ShareName | undefined {
  const { class: cls = null, number = null, fair_key } = row;
  return cls === null || number !== null
    ? undefined
    : { cls: Number(cls), key: String(fair_key ?? '') };
}

/** Returns the share that a job, as it was, has left. */
function leftShare(
  { order }: QueueChange,
  row: StoredSpot & { readonly status?: SqlValue },
): ShareName | undefined {
  return row.status === 'waiting' && order?.policy === 'fair' ? shareOf(row) : undefined;
}
