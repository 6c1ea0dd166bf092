import type { LeaseCancellation } from '@philjs/jobs-core';
import type { TimerHandle } from '@philjs/jobs-core/backend';
import type { SqliteQueueStore } from './queue-store.ts';
import type { Signalled } from './signals.ts';

/**
 * Watches the file for changes by other processes: SQLite counts the commits of other connections, and
 * reading that number costs two microseconds and takes no lock. Changes by this process are signalled at once.
 */
export class ChangeWatcher {
  readonly #store: SqliteQueueStore;
  readonly #everyMs: number;
  readonly #cancellations: () => readonly LeaseCancellation[];
  readonly #listeners = new Map<Signalled, { readonly keepsAlive: boolean }>();
  #timer: TimerHandle;

  constructor(
    store: SqliteQueueStore,
    everyMs: number,
    cancellations: () => readonly LeaseCancellation[],
  ) {
    this.#store = store;
    this.#everyMs = everyMs;
    this.#cancellations = cancellations;
  }

  /** Adds a listener; returns a function that removes it. With `keepsAlive` the process does not exit meanwhile. */
  watch(listener: Signalled, keepsAlive: boolean): () => void {
    const remove = this.#store.signals.add(listener);
    if (this.#listeners.size === 0) this.#store.file.changedElsewhere();
    this.#listeners.set(listener, { keepsAlive });
    this.#arm();
    return () => {
      remove();
      this.#listeners.delete(listener);
      this.#arm();
    };
  }

  /** Stops watching for all. */
  end(): void {
    for (const listener of this.#listeners.keys()) this.#store.signals.remove(listener);
    this.#listeners.clear();
    this.#arm();
  }

  #arm(): void {
    const { clock } = this.#store;
    clock.clearTimeout(this.#timer);
    if (this.#listeners.size === 0) return;
    const background = ![...this.#listeners.values()].some(({ keepsAlive }) => keepsAlive);
    const look = (): void => {
      this.#look();
      this.#arm();
    };
    this.#timer = clock.setTimeout(look, this.#everyMs, { background });
  }

  #look(): void {
    if (!this.#store.file.changedElsewhere()) return;
    const listeners = [...this.#listeners.keys()];
    const cancels = listeners.some(({ onCancel }) => onCancel !== undefined);
    const cancellations = cancels ? this.#cancellations() : [];
    for (const { onReady, onCancel, onEvents, onSchedules } of listeners) {
      for (const cancellation of cancellations) onCancel?.(cancellation);
      onEvents?.();
      onSchedules?.();
      onReady?.();
    }
  }
}
