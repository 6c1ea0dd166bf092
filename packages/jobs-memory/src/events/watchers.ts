import type { LeaseCancellation } from '@philjs/jobs-core/backend';

/** One consumer that wants to know at once. */
export interface Watcher {
  /** A job may have become ready, or the next one is ready earlier than was said. */
  readonly onReady: () => void;
  /** An active job is to be cancelled. */
  readonly onCancel: (cancellation: LeaseCancellation) => void;
}

/** Tells the consumers of a queue what they need not wait for a timer to see. */
export class Watchers {
  #watchers: readonly Watcher[] = [];

  /** Adds a consumer; returns what removes it. */
  add(watcher: Watcher): () => void {
    this.#watchers = [...this.#watchers, watcher];
    return () => {
      this.#watchers = this.#watchers.filter((other) => other !== watcher);
    };
  }

  /** Tells all that it is worth looking for a job. */
  ready(): void {
    for (const watcher of this.#watchers) watcher.onReady();
  }

  /** Tells all that a job is to be cancelled; whoever holds it acts. */
  cancel(cancellation: LeaseCancellation): void {
    for (const watcher of this.#watchers) watcher.onCancel(cancellation);
  }
}
