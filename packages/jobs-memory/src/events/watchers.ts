import type { LeaseCancellation } from '@philjs/jobs-core/backend';

/** Describes one consumer that wants immediate notice. */
export interface Watcher {
  /** A job may have become ready, or the next one is ready earlier than reported. */
  readonly onReady: () => void;
  /** An active job is to be cancelled. */
  readonly onCancel: (cancellation: LeaseCancellation) => void;
}

/** Notifies the consumers of a queue of changes, so that they need not wait for a timer. */
export class Watchers {
  #watchers: readonly Watcher[] = [];

  /** Adds a consumer; returns a function that removes it. */
  add(watcher: Watcher): () => void {
    this.#watchers = [...this.#watchers, watcher];
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
    };
  }

  /** Notifies all consumers that a job may be ready. */
  ready(): void {
    const watchers = this.#watchers;
    // Called for every job: an index costs less here than an iterator.
    for (let index = 0; index < watchers.length; index++) watchers[index]?.onReady();
  }

  /** Notifies all consumers that a job is to be cancelled; its holder acts. */
  cancel(cancellation: LeaseCancellation): void {
    for (const watcher of this.#watchers) watcher.onCancel(cancellation);
  }
}
