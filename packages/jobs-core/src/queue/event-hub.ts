import type { Clock } from '../clock/clock.ts';
import type { Backend } from '../contract/backend.ts';
import type { BackendEvent, Subscription } from '../contract/events.ts';
import { notSupported } from '../errors/not-supported.ts';
import type { Codec } from '../job/codec.ts';
import type { Logger } from '../logger/logger.ts';
import { EventStream } from './event-stream.ts';
import type { AnyQueueEvent, QueueEventMap, QueueEventName } from './queue-events.ts';
import { toQueueEvents } from './to-queue-events.ts';

type Listener = (event: AnyQueueEvent) => void;

/** Events that come from this process alone and need no subscription at the backend. */
const LOCAL: ReadonlySet<QueueEventName> = new Set(['error', 'tick']);

interface EventHubOptions {
  readonly queueName: string;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codecOf: (jobName: string | undefined) => Codec | undefined;
  /** Resolves once the backend is open. */
  readonly open: () => Promise<void>;
}

/** Delivers a queue's events to its listeners; subscribes at the backend when somebody first listens. */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #listeners = new Map<QueueEventName, Set<Listener>>();
  readonly #any = new Set<Listener>();
  readonly #byJob = new Map<string, Set<Listener>>();
  readonly #closing = new AbortController();
  #subscription: Promise<Subscription> | undefined;
  #subscribing: Promise<unknown> | undefined;

  constructor(options: EventHubOptions) {
    this.#options = options;
  }

  /** Listens to one kind of event; returns what ends it. */
  on<TName extends QueueEventName>(
    type: TName,
    listener: (event: QueueEventMap[TName]) => void,
  ): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener as Listener);
    if (!LOCAL.has(type)) void this.#startSubscription();
    return () => this.off(type, listener);
  }

  /** Ends listening. */
  off<TName extends QueueEventName>(
    type: TName,
    listener: (event: QueueEventMap[TName]) => void,
  ): void {
    this.#listeners.get(type)?.delete(listener as Listener);
  }

  /** Listens to everything; returns what ends it. */
  onAny(listener: Listener): () => void {
    this.#any.add(listener);
    void this.#startSubscription();
    return () => this.#any.delete(listener);
  }

  /** Listens to the events of one job; returns what ends it. */
  onJob(jobId: string, listener: Listener): () => void {
    const listeners = this.#byJob.get(jobId) ?? new Set();
    this.#byJob.set(jobId, listeners);
    listeners.add(listener);
    void this.#startSubscription();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#byJob.delete(jobId);
    };
  }

  /** Iterates over everything from now on. */
  stream(signal: AbortSignal | undefined): AsyncIterable<AnyQueueEvent> {
    const closing = this.#closing.signal;
    const over = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    return new EventStream((listener) => this.onAny(listener), over);
  }

  /** Delivers an event to the listeners of this process. */
  emit(event: AnyQueueEvent): void {
    for (const listener of this.#listeners.get(event.type) ?? []) this.#deliver(listener, event);
    for (const listener of this.#any) this.#deliver(listener, event);
    if (this.#byJob.size > 0 && 'jobId' in event && event.type !== 'error') {
      for (const listener of this.#byJob.get(event.jobId) ?? []) this.#deliver(listener, event);
    }
    if (event.type === 'error' && !this.#listeners.get('error')?.size) this.#log(event);
  }

  /** Emits an `error` event. */
  emitError(thrown: unknown, origin?: { readonly jobId: string; readonly name: string }): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
    this.emit({ type: 'error', ...this.#stamp(), error, ...origin });
  }

  /** Resolves when what was listened to so far will miss nothing; at once where nothing is pending. */
  ready(): Promise<unknown> | undefined {
    return this.#subscribing;
  }

  /** Ends the subscription and every stream. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#any.clear();
    try {
      const subscription = await this.#subscription;
      await subscription?.unsubscribe();
    } catch (error) {
      this.emitError(error);
    }
  }

  async #startSubscription(): Promise<void> {
    if (this.#subscription !== undefined || this.#closing.signal.aborted) return;
    const { backend, open } = this.#options;
    const subscribing = open().then(() => {
      if (backend.events === undefined) throw notSupported(backend.name, 'events');
      return backend.events.subscribe({
        onEvent: (event) => this.#receive(event),
        onError: (error) => this.emitError(error),
      });
    });
    this.#subscription = subscribing;
    this.#subscribing = subscribing;
    try {
      await subscribing;
    } catch (error) {
      this.#subscription = undefined;
      this.emitError(error);
    } finally {
      this.#subscribing = undefined;
    }
  }

  #receive(event: BackendEvent): void {
    const { queueName, codecOf } = this.#options;
    const codec = codecOf('name' in event ? event.name : undefined);
    for (const converted of toQueueEvents(event, queueName, codec)) this.emit(converted);
  }

  #deliver(listener: Listener, event: AnyQueueEvent): void {
    try {
      listener(event);
    } catch (error) {
      // A listener of `error` that throws would be called for ever.
      if (event.type === 'error') this.#options.logger.error('A listener of `error` threw', error);
      else this.emitError(error);
    }
  }

  #log({ error, jobId, name }: QueueEventMap['error']): void {
    const where = jobId === undefined ? '' : ` in job ${name} (${jobId})`;
    this.#options.logger.error(`Queue ${this.#options.queueName}: error${where}:`, error);
  }

  #stamp(): { readonly queueName: string; readonly at: Date } {
    return { queueName: this.#options.queueName, at: new Date(this.#options.clock.now()) };
  }
}
