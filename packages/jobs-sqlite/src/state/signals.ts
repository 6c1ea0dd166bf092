import type { LeaseCancellation } from '@philjs/jobs-core';

/** One who wants to know of changes; each function is called after the change is stored. */
export interface Signalled {
  /** A job may have become ready. */
  readonly onReady?: () => void;
  /** An active job is to be cancelled. */
  readonly onCancel?: (cancellation: LeaseCancellation) => void;
  /** Events were stored. */
  readonly onEvents?: () => void;
  /** A schedule changed. */
  readonly onSchedules?: () => void;
}

const byQueue = new Map<string, Signals>();

/** Tells the backends of one process what another of them changed; other processes look for themselves. */
export class Signals {
  readonly #key: string;
  readonly #listeners = new Set<Signalled>();

  private constructor(key: string) {
    this.#key = key;
  }

  /** Finds those of a queue in a file. */
  static of(path: string, queueName: string): Signals {
    const key = JSON.stringify([path, queueName]);
    return byQueue.get(key) ?? new Signals(key);
  }

  /** Adds one who wants to know; returns what removes it. */
  add(listener: Signalled): () => void {
    this.#listeners.add(listener);
    byQueue.set(this.#key, this);
    return () => this.remove(listener);
  }

  /** Removes one. */
  remove(listener: Signalled): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) byQueue.delete(this.#key);
  }

  /** Tells all that it is worth looking for a job. */
  ready(): void {
    for (const { onReady } of [...this.#listeners]) onReady?.();
  }

  /** Tells all that a job is to be cancelled; who holds it acts. */
  cancel(cancellation: LeaseCancellation): void {
    for (const { onCancel } of [...this.#listeners]) onCancel?.(cancellation);
  }

  /** Tells all that there are new events. */
  events(): void {
    for (const { onEvents } of [...this.#listeners]) onEvents?.();
  }

  /** Tells all that a schedule changed. */
  schedules(): void {
    for (const { onSchedules } of [...this.#listeners]) onSchedules?.();
  }
}
