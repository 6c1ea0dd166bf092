import { checkOptions, checkSignal, invalidArgument } from '../check/argument.ts';
import { suggestionFor } from '../check/suggestion.ts';
import { atMost } from '../clock/abortable-delay.ts';
import type { Clock, TimerHandle } from '../clock/clock.ts';
import type { Backend } from '../contract/backend.ts';
import type { BackendEvent, Subscription } from '../contract/events.ts';
import { notSupported } from '../errors/error-factories.ts';
import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { toError } from '../errors/serialize-error.ts';
import type { Codec } from '../job/codec.ts';
import { escapeControls } from '../json/escape-controls.ts';
import type { Logger } from '../logger/logger.ts';
import type { ErrorOrigin } from '../run/run-services.ts';
import { type EventListener, EventListeners } from './event-listeners.ts';
import { EventStream } from './event-stream.ts';
import {
  type AnyQueueEvent,
  EVENT_NAMES,
  type QueueEventMap,
  type QueueEventName,
} from './queue-events.ts';
import { toQueueEvent, toWorkflowEvent } from './to-queue-event.ts';

/** Events that come from this process alone and need no subscription at the backend. */
const LOCAL: ReadonlySet<QueueEventName> = new Set(['error', 'tick']);
/** The delay after a failure before subscribing is tried again, at first and at most. */
const RETRY_AFTER_MS = { first: 1000, most: 30_000 } as const;

/** How long the end of a subscription may delay closing, in milliseconds. */
const UNSUBSCRIBES_WITHIN_MS = 2000;

interface EventHubOptions {
  readonly queueName: string;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly codecOf: (jobName: string | undefined) => Codec | undefined;
  /** Resolves once the backend is open. */
  readonly open: () => Promise<void>;
}

/** Delivers a queue's events to its listeners; subscribes at the backend when the first listener is added. */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #listeners: EventListeners;
  readonly #onClose = new Set<() => void>();
  #isClosed = false;
  #subscription: Promise<Subscription> | undefined;
  #subscribing: Promise<void> | undefined;
  #isSubscribed = false;
  #failures = 0;
  #retryTimer: TimerHandle;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#listeners = new EventListeners((error, event) => this.#reportThrow(error, event));
  }

  /** Whether all events are being received; false before the subscription, and while subscribing fails. */
  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /**
   * Listens to one kind of event; returns a function that ends it.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no events
   */
  on<TName extends QueueEventName>(
    type: TName,
    listener: (event: QueueEventMap[TName]) => void,
  ): () => void {
    checkListener(type, listener);
    if (!LOCAL.has(type)) this.#subscribe();
    return this.#listeners.add(type, listener as EventListener);
  }

  /** Listens to the next event of a kind; returns a function that ends it. */
  once<TName extends QueueEventName>(
    type: TName,
    listener: (event: QueueEventMap[TName]) => void,
  ): () => void {
    checkListener(type, listener);
    if (!LOCAL.has(type)) this.#subscribe();
    return this.#listeners.addOnce(type, listener as EventListener);
  }

  /** Ends listening. */
  off<TName extends QueueEventName>(
    type: TName,
    listener: (event: QueueEventMap[TName]) => void,
  ): void {
    checkListener(type, listener);
    this.#listeners.delete(type, listener as EventListener);
  }

  /** Listens to the events of one job, if the backend has any; returns a function that ends it. */
  onJob(jobId: string, listener: (event: AnyQueueEvent) => void): () => void {
    if (this.#options.backend.events !== undefined) this.#subscribe();
    return this.#listeners.addForJob(jobId, listener);
  }

  /**
   * Iterates over everything from when the iteration starts.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no events
   */
  stream(options: { readonly signal?: AbortSignal | undefined }): AsyncIterable<AnyQueueEvent> {
    checkOptions('events', options, ['signal']);
    const { signal } = options;
    checkSignal('signal', signal);
    this.#subscribe();
    return new EventStream({
      listen: (listener) => this.#listeners.addAny(listener),
      onClose: (close) => this.onClose(close),
      signal,
    });
  }

  /** Calls back when the queue closes, immediately if it is closed; returns a function that cancels that. */
  onClose(callback: () => void): () => void {
    if (this.#isClosed) callback();
    else this.#onClose.add(callback);
    return () => void this.#onClose.delete(callback);
  }

  /** Delivers a caller's own event to the listeners of this process, but to no wait for a job. */
  emitOwn(event: AnyQueueEvent): void {
    checkEventName('event.type', event?.type);
    this.#listeners.deliverByName(event);
    if (event.type === 'error' && !this.#listeners.has('error')) this.#log(event);
  }

  /** Delivers an event to the listeners of this process. */
  emit(event: AnyQueueEvent): void {
    this.#listeners.deliver(event);
    if (event.type === 'error' && !this.#listeners.has('error')) this.#log(event);
  }

  /** Emits an `error` event. Never throws. */
  emitError(thrown: unknown, origin?: ErrorOrigin): void {
    const { queueName, clock } = this.#options;
    const at = new Date(clock.now());
    this.emit({ type: 'error', queueName, at, error: toError(thrown), ...origin });
  }

  /**
   * Resolves when the current listeners will miss nothing, or subscribing has failed; `undefined` if nothing is
   * pending. Never rejects.
   */
  ready(): Promise<void> | undefined {
    return this.#subscribing;
  }

  /** Ends the subscription and every stream. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#retryTimer);
    for (const callback of this.#onClose) callback();
    this.#onClose.clear();
    await this.#subscribing;
    await atMost(this.#options.clock, UNSUBSCRIBES_WITHIN_MS, this.#unsubscribe());
    if (!this.#isSubscribed) return;
    const message = `A subscription to events did not end within ${UNSUBSCRIBES_WITHIN_MS} ms and is not waited for`;
    this.emitError(new JobsError('JOBS_TIMEOUT', message));
  }

  async #unsubscribe(): Promise<void> {
    try {
      const subscription = await this.#subscription;
      await subscription?.unsubscribe();
    } catch (error) {
      this.emitError(error);
    }
    this.#isSubscribed = false;
  }

  /** Subscribes at the backend, once; retries as long as that fails. */
  #subscribe(): void {
    const { backend, clock, open } = this.#options;
    const { events } = backend;
    if (events === undefined) throw notSupported(backend.name, 'events');
    if (this.#subscription !== undefined || this.#isClosed) return;
    clock.clearTimeout(this.#retryTimer);
    this.#subscription = open().then(() =>
      events.subscribe({
        onEvent: (event) => this.#receive(event),
        wantsType: (type) => this.#listeners.wants(type),
        onError: (error) => this.emitError(error),
      }),
    );
    this.#subscribing = this.#subscription.then(
      () => {
        this.#subscribing = undefined;
        this.#isSubscribed = true;
        this.#failures = 0;
      },
      (error) => this.#subscribeLater(error),
    );
  }

  #subscribeLater(error: unknown): void {
    this.#subscribing = undefined;
    this.#subscription = undefined;
    if (this.#isClosed || isJobsError(error, 'JOBS_QUEUE_CLOSED')) return;
    this.emitError(error);
    const wait = Math.min(RETRY_AFTER_MS.most, RETRY_AFTER_MS.first * 2 ** this.#failures);
    this.#failures += 1;
    const { clock } = this.#options;
    this.#retryTimer = clock.setTimeout(() => this.#subscribe(), wait, { background: true });
  }

  #receive(event: BackendEvent): void {
    // Most kinds of event have no listener, and making an unused one has a cost.
    if (!this.#listeners.wants(event.type)) return;
    const { queueName, codecOf } = this.#options;
    const hasResult = event.type === 'completed' && event.result !== undefined;
    const emitted = toQueueEvent(event, queueName, hasResult ? codecOf(event.name) : undefined);
    this.emit(emitted);
    const ended = toWorkflowEvent(emitted, 'endsWorkflow' in event && event.endsWorkflow === true);
    // Only listeners by name and of everything: who waits for a job has got its own event.
    if (ended !== undefined) this.#listeners.deliverByName(ended);
  }

  #reportThrow(error: unknown, event: AnyQueueEvent): void {
    // A listener of `error` that throws would otherwise be called for ever.
    if (event.type === 'error') this.#options.logger.error('A listener of `error` threw', error);
    else this.emitError(error);
  }

  #log({ error, jobId, name }: QueueEventMap['error']): void {
    const where = jobId === undefined ? '' : ` in job ${name} (${jobId})`;
    const text = escapeControls(`Queue ${this.#options.queueName}: error${where}:`);
    this.#options.logger.error(text, error);
  }
}

function checkListener(type: unknown, listener: unknown): void {
  checkEventName('event', type);
  if (typeof listener !== 'function') {
    throw invalidArgument('listener', 'a function `(event) => …`', listener);
  }
}

function checkEventName(field: string, type: unknown): void {
  if (EVENT_NAMES.includes(type as QueueEventName)) return;
  const near = typeof type === 'string' ? suggestionFor(type, EVENT_NAMES) : undefined;
  const advice = near === undefined ? '' : `Did you mean \`${near}\`?`;
  throw invalidArgument(field, `one of ${EVENT_NAMES.join(', ')}`, type, advice);
}
