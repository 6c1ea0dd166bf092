import type { JobPlace, OrderPolicy, OrderStore, QueueOrder } from '@philjs/jobs-core/backend';
import { storedIds } from '../keys/job-id.ts';
import { findPlaceScript, moveOrderedScript, storeOrderScript } from '../order/order-scripts.ts';
import type { QueueStore } from '../store/queue-store.ts';

/** Keeps the order of a queue; see `OrderStore`. The exchange script applies it. */
export class RedisOrderStore implements OrderStore {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /** Takes over an order if none is stored. */
  adopt({ order }: { readonly order: QueueOrder }): Promise<QueueOrder> {
    return this.#change(order, '1');
  }

  /** Changes the order, and moves the waiting jobs in slices. */
  async set({ order }: { readonly order: QueueOrder }): Promise<void> {
    await this.#change(order, '0');
  }

  /** Reads the order. */
  async read(): Promise<QueueOrder | undefined> {
    const { link, key } = this.#store;
    const text = await link.run((client) => client.get(key('pj:order')));
    return text === null ? undefined : readOrder(text);
  }

  /**
   * Finds the place of a waiting job. Where numbers do not change, it counts the jobs ahead that have the limits of the
   * job, or none.
   */
  async place({ id }: { readonly id: string }): Promise<JobPlace | undefined> {
    for (const stored of storedIds(id)) {
      const [ahead, otherKeys = -1] = await this.#store.run(findPlaceScript, { id: stored });
      if (ahead === undefined) continue;
      const order = (await this.read()) ?? { policy: 'fifo' };
      return { order, ahead, ...(otherKeys >= 0 && { otherKeys }) };
    }
    return undefined;
  }

  async #change({ policy, agePerPriority }: QueueOrder, adopts: '0' | '1'): Promise<QueueOrder> {
    const args = { policy, age: agePerPriority ?? '', adopts };
    for (;;) {
      const answer = await this.#store.run(storeOrderScript, args);
      // Where a queue names the first order, workers move the rest.
      let left = adopts === '1' ? 50 : Number.POSITIVE_INFINITY;
      while (left > 0 && (await this.#store.run(moveOrderedScript, {})) === 1) left -= 1;
      if (answer !== 'busy') return readOrder(answer);
    }
  }
}

function readOrder(text: string): QueueOrder {
  // Only a checked order is stored.
  const [policy, age] = text.split(',') as [OrderPolicy, string?];
  return { policy, ...(age && { agePerPriority: Number(age) }) };
}
