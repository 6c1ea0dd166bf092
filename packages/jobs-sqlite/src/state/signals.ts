import type { LeaseCancellation } from '@philjs/jobs-core/backend';

/** Listens for changes; each function is called after the change is stored. */
export interface Signalled {
  /** A job may have become ready. */
  readonly onReady?: () => void;
  /** An active job must be cancelled. */
  readonly onCancel?: (cancellation: LeaseCancellation) => void;
  /** Events were stored. */
  readonly onEvents?: () => void;
  /** A schedule changed. */
  readonly onSchedules?: () => void;
}

/** The listeners of each queue: kept apart from {@link Signals}, so that all those of a queue reach the same ones. */
const byQueue = new Map<string, Set<Signalled>>();

/** Signals changes between the backends of one process; other processes watch the file. */
export class Signals {
  readonly #path: string;
  readonly #key: string;

  private constructor(path: string, queueName: string) {
    this.#path = path;
    this.#key = JSON.stringify([path, queueName]);
  }

  /** Returns the signals of a queue in a file. */
  static of(path: string, queueName: string): Signals {
    return new Signals(path, queueName);
  }

  /** Returns the signals of another queue in the same file. */
  ofQueue(queueName: string): Signals {
    return new Signals(this.#path, queueName);
  }

  /** Adds a listener; returns a function that removes it. */
  add(listener: Signalled): () => void {
    const listeners = byQueue.get(this.#key) ?? new Set();
    byQueue.set(this.#key, listeners.add(listener));
    return () => this.remove(listener);
  }

  /** Removes a listener. */
  remove(listener: Signalled): void {
    const listeners = byQueue.get(this.#key);
    listeners?.delete(listener);
    if (listeners?.size === 0) byQueue.delete(this.#key);
  }

  /** Signals that a job may be ready. */
  ready(): void {
    for (const { onReady } of this.#listeners()) onReady?.();
  }

  /** Signals that a job must be cancelled; its holder acts. */
  cancel(cancellation: LeaseCancellation): void {
    for (const { onCancel } of this.#listeners()) onCancel?.(cancellation);
  }

  /** Signals new events. */
  events(): void {
    for (const { onEvents } of this.#listeners()) onEvents?.();
  }

  /** Signals that a schedule changed. */
  schedules(): void {
    for (const { onSchedules } of this.#listeners()) onSchedules?.();
  }

  #listeners(): readonly Signalled[] {
    return [...(byQueue.get(this.#key) ?? [])];
  }
}
