import type { BackendEvent } from '@philjs/jobs-core';

/** One who listens. */
export interface EventListener {
  /** Gets every event. */
  readonly onEvent: (event: BackendEvent) => void;
  /** Is told when {@link onEvent} threw, against the contract. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Delivers events at once, in the order in which they happened, to all listeners alike: what a
 * listener causes is delivered after the event it listened to. Whoever emits asks {@link listening}
 * first, so that nobody builds events for nobody.
 */
export class EventHub {
  readonly #queue: BackendEvent[] = [];
  #listeners: readonly EventListener[] = [];
  #delivering = false;
  /** Whether anybody listens. */
  listening = false;

  /** Adds a listener; returns what removes it. */
  add(listener: EventListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    this.listening = true;
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
      this.listening = this.#listeners.length > 0;
    };
  }

  /** Delivers an event. */
  emit(event: BackendEvent): void {
    if (this.#delivering) {
      this.#queue.push(event);
      return;
    }
    this.#delivering = true;
    for (let next: BackendEvent | undefined = event; next; next = this.#queue.shift()) {
      for (const listener of this.#listeners) deliver(next, listener);
    }
    this.#delivering = false;
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
    // A listener that cannot even hear of its own failure must not silence the hub for the others.
  }
}
