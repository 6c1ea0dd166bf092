import { isThenable } from '../check/is-thenable.ts';
import type { BackendEvent } from '../contract/events.ts';
import type { AnyQueueEvent, QueueEventName } from './queue-events.ts';

/** Gets events; its return value is checked only for a rejection. */
export type EventListener = (event: AnyQueueEvent) => unknown;

/** Pairs a listener with the function called for it. */
interface Listening {
  /** The identity of the entry, unique within a kind: a permanent listener, or one request for the next event. */
  readonly key: unknown;
  readonly listener: EventListener;
  readonly call: EventListener;
}

/** Holds the listeners, and calls them. A listener's failure reaches no other listener. */
export class EventListeners {
  /** The lists are replaced, never mutated: the listeners of an event are fixed when it comes. */
  readonly #byType = new Map<QueueEventName, readonly Listening[]>();
  /** The kind asked for last, and its listeners: the next event most often is of the same kind. */
  #lastType: QueueEventName | undefined;
  #lastOfType: readonly Listening[] | undefined;
  readonly #any = new Set<EventListener>();
  readonly #byJob = new Map<string, Set<EventListener>>();
  readonly #onThrow: (error: unknown, event: AnyQueueEvent) => void;

  constructor(onThrow: (error: unknown, event: AnyQueueEvent) => void) {
    this.#onThrow = onThrow;
  }

  /** Returns whether there are listeners for a kind of event, by its name. */
  has(type: QueueEventName): boolean {
    return this.#of(type) !== undefined;
  }

  #of(type: QueueEventName): readonly Listening[] | undefined {
    if (type !== this.#lastType) {
      this.#lastType = type;
      this.#lastOfType = this.#byType.get(type);
    }
    return this.#lastOfType;
  }

  /** Returns whether a backend's event would reach any listener. */
  wants(type: BackendEvent['type']): boolean {
    if (this.#any.size > 0 || this.#byJob.size > 0 || this.has(type)) return true;
    if (type === 'completed') return this.has('workflow-completed');
    return (type === 'failed' || type === 'cancelled') && this.has('workflow-failed');
  }

  /** Adds a listener; returns a function that removes it. The same one again changes nothing. */
  add(type: QueueEventName, listener: EventListener): () => void {
    return this.#register(type, { key: listener, listener, call: listener });
  }

  /** Adds a listener for the next event; returns a function that removes it. */
  addOnce(type: QueueEventName, listener: EventListener): () => void {
    const call: EventListener = (event) => {
      end();
      return listener(event);
    };
    const end = this.#register(type, { key: call, listener, call });
    return end;
  }

  /** Removes a listener, in whatever way it was added. */
  delete(type: QueueEventName, listener: EventListener): void {
    this.#keep(type, (listening) => listening.listener !== listener);
  }

  #register(type: QueueEventName, added: Listening): () => void {
    const others = this.#byType.get(type) ?? [];
    if (!others.some(({ key }) => key === added.key)) this.#set(type, [...others, added]);
    return () => this.#keep(type, ({ key }) => key !== added.key);
  }

  #keep(type: QueueEventName, isKept: (listening: Listening) => boolean): void {
    const kept = (this.#byType.get(type) ?? []).filter(isKept);
    this.#set(type, kept);
  }

  #set(type: QueueEventName, listeners: readonly Listening[]): void {
    if (listeners.length === 0) this.#byType.delete(type);
    else this.#byType.set(type, listeners);
    this.#lastType = undefined;
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

  /** Calls the listeners that were there when the event came; one added by another listener gets the next event. */
  deliver(event: AnyQueueEvent): void {
    this.deliverByName(event);
    if (this.#byJob.size === 0 || !('jobId' in event) || event.type === 'error') return;
    for (const listener of [...(this.#byJob.get(event.jobId) ?? [])]) this.#call(listener, event);
  }

  /** Calls the listeners of a kind of event, and those of all kinds. */
  deliverByName(event: AnyQueueEvent): void {
    const listeners = this.#of(event.type);
    if (listeners !== undefined) {
      // Called for every job: an index costs less here than an iterator.
      for (let index = 0; index < listeners.length; index++) {
        this.#call((listeners[index] as Listening).call, event);
      }
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
