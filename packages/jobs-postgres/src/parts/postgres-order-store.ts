import type { JobPlace, OrderPolicy, QueueOrder } from '@philjs/jobs-core';
import type { OrderStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { Row } from '../connection/connection.ts';
import type { PostgresStore } from '../store/postgres-store.ts';

/** How many slices a queue moves that names the first order; workers move the rest. */
const ADOPTED_SLICES = 10;

/** Keeps the order of a queue. Jobs are placed where they are stored and moved; the exchange hands them out by it. */
export class PostgresOrderStore implements OrderStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Takes over an order if none is stored. */
  async adopt({ order }: { readonly order: QueueOrder }): Promise<QueueOrder> {
    return (await this.#set(order, true)) ?? order;
  }

  /** Changes the order, and moves the waiting jobs. */
  async set({ order }: { readonly order: QueueOrder }): Promise<void> {
    await this.#set(order, false);
  }

  /** Reads the order. */
  async read(): Promise<QueueOrder | undefined> {
    const sql = 'SELECT policy, age_per_priority FROM @.queues WHERE queue = $1';
    const [row] = await this.#open().query(sql);
    return row === undefined ? undefined : toOrder(row);
  }

  /** Finds the place of a waiting job. */
  async place({ id }: { readonly id: string }): Promise<JobPlace | undefined> {
    const [row] = await this.#open().call('place_in_order', [toText(id)]);
    const order = row && toOrder(row);
    if (row === undefined || order === undefined) return undefined;
    const { ahead, others } = row;
    return {
      order,
      ahead: ahead as number,
      ...(others !== null && { otherKeys: others as number }),
    };
  }

  async #set(
    { policy, agePerPriority }: QueueOrder,
    first: boolean,
  ): Promise<QueueOrder | undefined> {
    const store = this.#open();
    const [row] = await store.call('set_order', [policy, agePerPriority ?? null, first]);
    let left = first ? ADOPTED_SLICES : Number.POSITIVE_INFINITY;
    while (left > 0 && (await store.value('move_jobs', [!first])) === true) left -= 1;
    return row && toOrder(row);
  }
}

function toOrder({ policy, age_per_priority: age }: Row): QueueOrder | undefined {
  if (policy === null) return undefined;
  return {
    policy: policy as OrderPolicy,
    ...(age !== null && { agePerPriority: age as number }),
  };
}
