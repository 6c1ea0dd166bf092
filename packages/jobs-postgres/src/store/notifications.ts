import type { LeaseCancellation } from '@philjs/jobs-core/backend';
import type { Hearing } from '../connection/connection.ts';
import type { PostgresStore } from './postgres-store.ts';

/** Listens for changes. */
export interface Signalled {
  /** A job may have become ready. */
  readonly onReady?: () => void;
  /** Active jobs must be cancelled. */
  readonly onCancel?: (cancellation: LeaseCancellation) => void;
  /** Events, as they were written. */
  readonly onEvents?: (text: string) => void;
  /** A schedule changed. */
  readonly onSchedules?: () => void;
  /** Notifications may have been missed. */
  readonly onGap?: () => void;
  /** The connection failed. */
  readonly onError?: (error: unknown) => void;
}

/** Receives the notifications of a queue, for all parts of one backend. */
export class Notifications {
  readonly #store: PostgresStore;
  readonly #cancellations: () => Promise<readonly LeaseCancellation[]>;
  readonly #listeners = new Set<Signalled>();
  #listening: Promise<() => Promise<void>> | undefined;
  #ended = false;

  constructor(store: PostgresStore, cancellations: () => Promise<readonly LeaseCancellation[]>) {
    this.#store = store;
    this.#cancellations = cancellations;
  }

  /** Adds a listener; resolves once no notification is missed. Returns a function that removes it. */
  async add(listener: Signalled): Promise<() => void> {
    const { connection, channel } = this.#store;
    const listening = this.#listening ?? connection.listen(channel, this.#hearing());
    this.#listening = listening;
    try {
      await listening;
    } catch (error) {
      // Another part may be trying again already.
      if (this.#listening === listening) this.#listening = undefined;
      throw error;
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Stops listening. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#listeners.clear();
    const stop = await this.#listening?.catch(() => undefined);
    await stop?.();
  }

  #hearing(): Hearing {
    return {
      onNotification: (payload) => this.#hear(payload),
      onGap: () => {
        for (const { onReady, onSchedules, onGap } of [...this.#listeners]) {
          onReady?.();
          onSchedules?.();
          onGap?.();
        }
        this.#cancel();
      },
      onError: (error) => {
        for (const { onError } of [...this.#listeners]) onError?.(error);
      },
    };
  }

  #hear(payload: string): void {
    if (this.#ended) return;
    const kind = payload[0];
    const listeners = [...this.#listeners];
    if (kind === 'w') for (const { onReady } of listeners) onReady?.();
    if (kind === 's') for (const { onSchedules } of listeners) onSchedules?.();
    if (kind === 'e') for (const { onEvents } of listeners) onEvents?.(payload.slice(1));
    if (kind === 'c') this.#cancel();
  }

  #cancel(): void {
    const wanting = [...this.#listeners].filter(({ onCancel }) => onCancel !== undefined);
    if (wanting.length === 0) return;
    this.#cancellations().then(
      (cancellations) => {
        for (const { onCancel } of wanting) for (const each of cancellations) onCancel?.(each);
      },
      (error) => {
        for (const { onError } of wanting) onError?.(error);
      },
    );
  }
}
