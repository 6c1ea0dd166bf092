import type { AnyQueueEvent } from './queue-events.ts';

/** The number of events a slow reader may be behind before the oldest are dropped. */
const MAX_BEHIND = 10_000;

type Result = IteratorResult<AnyQueueEvent, undefined>;

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

interface EventStreamOptions {
  /** Listens to the events; returns a function that ends it. */
  readonly listen: (listener: (event: AnyQueueEvent) => void) => () => void;
  /** Calls back when no more events will come; returns a function that cancels that. */
  readonly onClose: (close: () => void) => () => void;
  readonly signal: AbortSignal | undefined;
}

/** Turns events into an async iterable, from the start of an iteration until the signal aborts or the queue closes. */
export class EventStream implements AsyncIterable<AnyQueueEvent> {
  readonly #options: EventStreamOptions;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): AsyncIterator<AnyQueueEvent, undefined> {
    return new EventIterator(this.#options);
  }
}

class EventIterator implements AsyncIterator<AnyQueueEvent, undefined> {
  readonly #behind: AnyQueueEvent[] = [];
  readonly #readers: ((result: Result) => void)[] = [];
  readonly #cleanups: (() => void)[] = [];
  #ended = false;

  constructor({ listen, onClose, signal }: EventStreamOptions) {
    if (signal?.aborted) {
      this.#ended = true;
      return;
    }
    const end = (): void => this.#end();
    this.#cleanups.push(listen((event) => this.#receive(event)));
    this.#cleanups.push(onClose(end));
    if (this.#ended) {
      // The queue is closed already.
      this.#end();
      return;
    }
    signal?.addEventListener('abort', end, { once: true });
    this.#cleanups.push(() => signal?.removeEventListener('abort', end));
  }

  next(): Promise<Result> {
    const value = this.#behind.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  return(): Promise<Result> {
    this.#behind.length = 0;
    this.#end();
    return Promise.resolve(DONE);
  }

  #receive(value: AnyQueueEvent): void {
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value });
      return;
    }
    this.#behind.push(value);
    if (this.#behind.length > MAX_BEHIND) this.#behind.shift();
  }

  #end(): void {
    this.#ended = true;
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
    for (const reader of this.#readers.splice(0)) reader(DONE);
  }
}
