import type { AnyQueueEvent } from './queue-events.ts';

/** How many events a slow reader may be behind before the oldest are dropped. */
const MAX_BEHIND = 10_000;

/** Turns events into an async iterable, from when the iteration starts until `over` aborts. */
export class EventStream implements AsyncIterable<AnyQueueEvent> {
  readonly #listen: (listener: (event: AnyQueueEvent) => void) => () => void;
  readonly #over: AbortSignal;

  constructor(listen: (listener: (event: AnyQueueEvent) => void) => () => void, over: AbortSignal) {
    this.#listen = listen;
    this.#over = over;
  }

  [Symbol.asyncIterator](): AsyncIterator<AnyQueueEvent> {
    const behind: AnyQueueEvent[] = [];
    const over = this.#over;
    let wake: (() => void) | undefined;
    const unlisten = this.#listen((event) => {
      behind.push(event);
      if (behind.length > MAX_BEHIND) behind.shift();
      wake?.();
    });
    const onOver = (): void => wake?.();
    over.addEventListener('abort', onOver, { once: true });
    const end = (): IteratorReturnResult<undefined> => {
      unlisten();
      over.removeEventListener('abort', onOver);
      return { done: true, value: undefined };
    };
    return {
      next: async () => {
        while (behind.length === 0 && !over.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        const value = behind.shift();
        return value === undefined ? end() : { done: false, value };
      },
      return: async () => end(),
    };
  }
}
