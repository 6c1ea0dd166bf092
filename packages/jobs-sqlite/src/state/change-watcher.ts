import type { TimerHandle } from '@philjs/jobs-core';
import type { LeaseCancellation } from '@philjs/jobs-core/backend';
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
  /** Whether a change was seen of which the listeners do not know. */
  #missed = false;

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
    if (this.#listeners.size === 0) this.#notices();
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

  /** Returns whether there is a change of which the listeners do not know. */
  #notices(): boolean {
    try {
      const changed = this.#store.file.changedElsewhere() || this.#missed;
      this.#missed = false;
      return changed;
    } catch {
      // Even readers may find the file locked, as after a crash. The next look comes soon.
      this.#missed = true;
      return false;
    }
  }

  #tryToRead(): readonly LeaseCancellation[] | undefined {
    try {
      return this.#cancellations();
    } catch {
      this.#missed = true;
      return undefined;
    }
  }

  #look(): void {
    const listeners = [...this.#listeners.keys()];
    const cancels = listeners.some(({ onCancel }) => onCancel !== undefined);
    if (!this.#notices()) return;
    const cancellations = cancels ? this.#tryToRead() : [];
    if (cancellations === undefined) return;
    for (const { onReady, onCancel, onEvents, onSchedules } of listeners) {
      for (const cancellation of cancellations) onCancel?.(cancellation);
      onEvents?.();
      onSchedules?.();
      onReady?.();
    }
  }
}
