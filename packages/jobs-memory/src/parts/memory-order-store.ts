import type { JobPlace, QueueOrder } from '@philjs/jobs-core';
import { MOST_COUNTED, type OrderStore } from '@philjs/jobs-core/backend';
import type { QueueState } from '../state/queue-state.ts';

/** Keeps the order of a queue, with the jobs that wait in it. */
export class MemoryOrderStore implements OrderStore {
  readonly #state: () => QueueState;

  constructor(state: () => QueueState) {
    this.#state = state;
  }

  /** Takes over an order if none is stored. */
  async adopt({ order }: { readonly order: QueueOrder }): Promise<QueueOrder> {
    const { waiting } = this.#state().table;
    if (waiting.order === undefined) await this.set({ order });
    return waiting.order ?? order;
  }

  /** Changes the order, and moves the waiting jobs. */
  async set({ order }: { readonly order: QueueOrder }): Promise<void> {
    const { table } = this.#state();
    table.waiting.reorder(order);
    table.watchers.ready();
  }

  /** Reads the order. */
  async read(): Promise<QueueOrder | undefined> {
    return this.#state().table.waiting.order;
  }

  /** Finds the place of a waiting job. */
  async place({ id }: { readonly id: string }): Promise<JobPlace | undefined> {
    const { table } = this.#state();
    const job = table.get(id);
    if (job?.status !== 'waiting') return undefined;
    return table.waiting.placeOf(job, MOST_COUNTED);
  }
}
