import type { BackendEvent, BackendEventType } from '@philjs/jobs-core/backend';

/** One who listens. */
export interface EventListener {
  /** Gets every event. */
  readonly onEvent: (event: BackendEvent) => void;
  /** Tells whether it would do anything with a kind of event just now. @default it would */
  readonly wantsType?: (type: BackendEventType) => boolean;
  /** Is told when {@link onEvent} threw, against the contract. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Delivers events at once, in the order in which they happened, to all listeners alike: what a
 * listener causes is delivered after the event it listened to. Whoever emits asks {@link wants} first, so that
 * no event is made that goes to no listener.
 */
export class EventHub {
  readonly #queue: BackendEvent[] = [];
  #listeners: readonly EventListener[] = [];
  #delivering = false;

  /** Adds a listener; returns what removes it. */
  add(listener: EventListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Tells whether anybody would do anything with a kind of event. */
  wants(type: BackendEventType): boolean {
    // Asked several times a job: an index costs less here than an iterator.
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
