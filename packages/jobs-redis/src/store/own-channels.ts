import type { Subscription } from '@philjs/jobs-core';
import type { Channels } from './channels.ts';

/** The subscriptions of one queue over a connection that others share. */
export class OwnChannels {
  readonly #channels: () => Channels;
  readonly #subscriptions = new Set<Subscription>();
  #isClosed = false;

  constructor(channels: () => Channels) {
    this.#channels = channels;
  }

  /**
   * Calls `onMessage` with every message from when this resolves; see `Channels.subscribe`.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  async subscribe(...params: Parameters<Channels['subscribe']>): Promise<Subscription> {
    const subscription = await this.#channels().subscribe(...params);
    const own: Subscription = {
      unsubscribe: async () => {
        if (this.#subscriptions.delete(own)) await subscription.unsubscribe();
      },
    };
    this.#subscriptions.add(own);
    if (this.#isClosed) await own.unsubscribe();
    return own;
  }

  /** Ends all subscriptions of this queue, also those that are still being made. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of this.#subscriptions) void subscription.unsubscribe();
  }
}
