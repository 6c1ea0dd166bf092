import type { LeaseCancellation, LeaseStore } from '@philjs/jobs-core';

type Watcher = Parameters<NonNullable<LeaseStore['watch']>>[0];

const byQueue = new Map<string, WakeUps>();

/** Wakes the workers of one process; workers of other processes poll every poll interval. */
export class WakeUps {
  readonly #watchers = new Set<Watcher>();

  /** Returns the wake-ups of a queue, shared by all its backends in this process. */
  static of(queue: string): WakeUps {
    const wakeUps = byQueue.get(queue) ?? new WakeUps();
    byQueue.set(queue, wakeUps);
    return wakeUps;
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Wakes the workers, because a job may have become ready. */
  ready(): void {
    for (const { onReady } of this.#watchers) onReady();
  }

  /** Passes on the cancellation of an active job. */
  cancel(cancellation: LeaseCancellation): void {
    for (const { onCancel } of this.#watchers) onCancel(cancellation);
  }
}
