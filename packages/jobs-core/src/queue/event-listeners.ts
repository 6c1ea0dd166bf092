import { isThenable } from '../check/is-thenable.ts';
import type { BackendEvent } from '../contract/events.ts';
import type { AnyQueueEvent, QueueEventName } from './queue-events.ts';

/** Is called with events; what it returns is looked at only for a rejection. */
export type EventListener = (event: AnyQueueEvent) => unknown;

/** A listener, and what is called for it: another function where it listens `once`. */
interface Listening {
  readonly listener: EventListener;
  readonly call: EventListener;
}

/** Keeps who listens to what, and calls them. A listener's failure reaches no other listener. */
export class EventListeners {
  /** Lists are replaced when they change, never changed: who is called is settled when an event comes. */
  readonly #byType = new Map<QueueEventName, readonly Listening[]>();
  readonly #any = new Set<EventListener>();
  readonly #byJob = new Map<string, Set<EventListener>>();
  readonly #onThrow: (error: unknown, event: AnyQueueEvent) => void;

  constructor(onThrow: (error: unknown, event: AnyQueueEvent) => void) {
    this.#onThrow = onThrow;
  }

  /** Tells whether anybody listens to a kind of event by its name. */
  has(type: QueueEventName): boolean {
    return this.#byType.has(type);
  }

  /** Tells whether anybody would be called for what a backend tells. */
  wants(type: BackendEvent['type']): boolean {
    return this.#any.size > 0 || this.#byJob.size > 0 || this.has(type);
  }

  add(type: QueueEventName, listener: EventListener, call: EventListener = listener): void {
    const others = this.#byType.get(type) ?? [];
    // Who listens twice is called once.
    const place = others.findIndex((other) => other.listener === listener);
    this.#byType.set(
      type,
      place < 0 ? [...others, { listener, call }] : others.with(place, { listener, call }),
    );
  }

  delete(type: QueueEventName, listener: EventListener): void {
    const others = this.#byType.get(type)?.filter((other) => other.listener !== listener) ?? [];
    if (others.length === 0) this.#byType.delete(type);
    else this.#byType.set(type, others);
  }

  addAny(listener: EventListener): () => void {
    this.#any.add(listener);
    return () => void this.#any.delete(listener);
  }

  addForJob(jobId: string, listener: EventListener): () => void {
    const listeners = this.#byJob.get(jobId) ?? new Set();
    this.#byJob.set(jobId, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byJob.delete(jobId);
    };
  }

  /** Calls those who listened when the event came; who is added by one of them has to wait for the next. */
  deliver(event: AnyQueueEvent): void {
    const listeners = this.#byType.get(event.type);
    if (listeners !== undefined) {
      for (const { call } of listeners) this.#call(call, event);
    }
    if (this.#any.size > 0) for (const listener of [...this.#any]) this.#call(listener, event);
    if (this.#byJob.size === 0 || !('jobId' in event) || event.type === 'error') return;
    for (const listener of [...(this.#byJob.get(event.jobId) ?? [])]) this.#call(listener, event);
  }

  #call(listener: EventListener, event: AnyQueueEvent): void {
    try {
      const answer = listener(event);
      if (isThenable(answer)) answer.then(undefined, (error) => this.#onThrow(error, event));
    } catch (error) {
      this.#onThrow(error, event);
    }
  }
}
