import type { KeyStore } from '@philjs/jobs-core/backend';
import type { QueueState } from '../state/queue-state.ts';

/** Looks at the deduplication keys of a queue. */
export class MemoryKeyStore implements KeyStore {
  readonly #state: () => QueueState;
  readonly #now: () => number;

  constructor(state: () => QueueState, now: () => number) {
    this.#state = state;
    this.#now = now;
  }

  /** Finds the job that holds a key. */
  async find({ key }: Parameters<KeyStore['find']>[0]): Promise<string | undefined> {
    return this.#state().table.keys.holderOf(key, this.#now());
  }

  /** Frees a key; returns whether a job held it. */
  async free({ key }: Parameters<KeyStore['free']>[0]): Promise<boolean> {
    return this.#state().table.keys.free(key, this.#now());
  }
}
