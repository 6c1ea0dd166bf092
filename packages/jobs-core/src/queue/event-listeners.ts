import { isThenable } from '../check/is-thenable.ts';
import type { BackendEvent } from '../contract/events.ts';
import type { AnyQueueEvent, QueueEventName } from './queue-events.ts';

/** Is called with events; what it returns is looked at only for a rejection. */
export type EventListener = (event: AnyQueueEvent) => unknown;

/** A listener, and what is called for it. */
interface Listening {
  /** What there may be once of a kind: a listener for good, or one time it asked for the next event. */
  readonly key: unknown;
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

  /** Adds a listener; returns what ends it. The same one again changes nothing. */
  add(type: QueueEventName, listener: EventListener): () => void {
    return this.#register(type, { key: listener, listener, call: listener });
  }

  /** Adds a listener for the next event; returns what ends it. */
  addOnce(type: QueueEventName, listener: EventListener): () => void {
    const call: EventListener = (event) => {
      end();
      return listener(event);
    };
    const end = this.#register(type, { key: call, listener, call });
    return end;
  }

  /** Ends listening, in whatever way the listener was added. */
  delete(type: QueueEventName, listener: EventListener): void {
    this.#keep(type, (listening) => listening.listener !== listener);
  }

  #register(type: QueueEventName, added: Listening): () => void {
    const others = this.#byType.get(type) ?? [];
    if (!others.some(({ key }) => key === added.key)) this.#byType.set(type, [...others, added]);
    return () => this.#keep(type, ({ key }) => key !== added.key);
  }

  #keep(type: QueueEventName, isKept: (listening: Listening) => boolean): void {
    const kept = (this.#byType.get(type) ?? []).filter(isKept);
    if (kept.length === 0) this.#byType.delete(type);
    else this.#byType.set(type, kept);
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
    this.deliverByName(event);
    if (this.#byJob.size === 0 || !('jobId' in event) || event.type === 'error') return;
    for (const listener of [...(this.#byJob.get(event.jobId) ?? [])]) this.#call(listener, event);
  }

  /** Calls those who listen to a kind of event, or to all. */
  deliverByName(event: AnyQueueEvent): void {
    const listeners = this.#byType.get(event.type);
    if (listeners !== undefined) {
      for (const { call } of listeners) this.#call(call, event);
    }
    if (this.#any.size > 0) for (const listener of [...this.#any]) this.#call(listener, event);
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
