import type { EventSource, Subscription } from '@philjs/jobs-core/backend';
import type { EventListener } from '../events/event-hub.ts';
import type { QueueState } from '../state/queue-state.ts';

/** Lets one backend listen to the queue's events, whichever backend caused them. */
export class MemoryEventSource implements EventSource {
  readonly #state: () => QueueState;
  readonly #stops = new Set<() => void>();

  constructor(state: () => QueueState) {
    this.#state = state;
  }

  /** Delivers every event from now on, synchronously and in order. */
  async subscribe(listener: EventListener): Promise<Subscription> {
    const remove = this.#state().table.events.add(listener);
    const stop = (): void => {
      remove();
      this.#stops.delete(stop);
    };
    this.#stops.add(stop);
    return { unsubscribe: async () => stop() };
  }

  /** Ends all subscriptions of this backend. */
  close(): void {
    for (const stop of this.#stops) stop();
  }
}
