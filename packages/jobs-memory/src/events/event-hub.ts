import type { BackendEvent, BackendEventType } from '@philjs/jobs-core/backend';

/** Describes one listener. */
export interface EventListener {
  /** Gets every event. */
  readonly onEvent: (event: BackendEvent) => void;
  /** Returns whether it currently uses a kind of event. @default it does */
  readonly wantsType?: (type: BackendEventType) => boolean;
  /** Is called when {@link onEvent} threw, against the contract. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Delivers events synchronously, in the order in which they happened, to all listeners alike: an event that a
 * listener causes is delivered after the one it listened to. The emitter calls {@link wants} first, so that it makes
 * no event without a listener.
 */
export class MemoryEventHub {
  readonly #queue: BackendEvent[] = [];
  #listeners: readonly EventListener[] = [];
  #delivering = false;

  /** Adds a listener; returns a function that removes it. */
  add(listener: EventListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Returns whether any listener uses a kind of event. */
  wants(type: BackendEventType): boolean {
    // Called several times per job: an index costs less here than an iterator.
    for (let index = 0; index < this.#listeners.length; index++) {
      const wantsType = this.#listeners[index]?.wantsType;
      if (wantsType === undefined || wantsType(type)) return true;
    }
    return false;
  }

  /** Delivers an event. */
  emit(event: BackendEvent): void {
    if (this.#delivering) {
      this.#queue.push(event);
      return;
    }
    this.#delivering = true;
    this.#deliver(event);
    while (this.#queue.length > 0) this.#deliver(this.#queue.shift() as BackendEvent);
    this.#delivering = false;
  }

  #deliver(event: BackendEvent): void {
    const listeners = this.#listeners;
    for (let index = 0; index < listeners.length; index++) {
      deliver(event, listeners[index] as EventListener);
    }
  }
}

function deliver(event: BackendEvent, listener: EventListener): void {
  try {
    listener.onEvent(event);
  } catch (error) {
    tell(listener, error);
  }
}

function tell(listener: EventListener, error: unknown): void {
  try {
    listener.onError?.(error);
  } catch {
    // A listener that also throws when it gets its own error must not silence the hub for the others.
  }
}
