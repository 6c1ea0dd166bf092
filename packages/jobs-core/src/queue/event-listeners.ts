import { isThenable } from '../check/is-thenable.ts';
import type { BackendEvent } from '../contract/events.ts';
import type { AnyQueueEvent, QueueEventName } from './queue-events.ts';

/** Is called with events; what it returns is looked at only for a rejection. */
export type EventListener = (event: AnyQueueEvent) => unknown;

/** Keeps who listens to what, and calls them. A listener's failure reaches no other listener. */
export class EventListeners {
  /** For each listener what is called for it, so that one added by `once` can be taken away again. */
  readonly #byType = new Map<QueueEventName, Map<EventListener, EventListener>>();
  readonly #any = new Set<EventListener>();
  readonly #byJob = new Map<string, Set<EventListener>>();
  readonly #onThrow: (error: unknown, event: AnyQueueEvent) => void;

  constructor(onThrow: (error: unknown, event: AnyQueueEvent) => void) {
    this.#onThrow = onThrow;
  }

  /** Tells whether anybody listens to a kind of event by its name. */
  has(type: QueueEventName): boolean {
    return (this.#byType.get(type)?.size ?? 0) > 0;
  }

  /** Tells whether anybody would be called for what a backend tells. */
  wants({ type }: BackendEvent): boolean {
    return this.#any.size > 0 || this.#byJob.size > 0 || this.has(type);
  }

  add(type: QueueEventName, listener: EventListener, call: EventListener = listener): void {
    const listeners = this.#byType.get(type) ?? new Map<EventListener, EventListener>();
    this.#byType.set(type, listeners);
    listeners.set(listener, call);
  }

  delete(type: QueueEventName, listener: EventListener): void {
    this.#byType.get(type)?.delete(listener);
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
    for (const listener of [...(this.#byType.get(event.type)?.values() ?? [])]) {
      this.#call(listener, event);
    }
    for (const listener of [...this.#any]) this.#call(listener, event);
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
