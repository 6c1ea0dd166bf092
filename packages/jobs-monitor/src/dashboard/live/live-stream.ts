import type { Clock } from '@philjs/jobs-core';

/** How long a reader may leave an event unread before its stream is closed, in milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * Sends events to one page. Each event holds the whole state, so only the latest unread one is kept. A
 * reader that never reads costs the memory of one event, and its stream is closed.
 */
export class LiveStream {
  /** The stream to the browser. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #clock: Clock;
  readonly #onEnd: () => void;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #pending: string | undefined;
  #pendingSince = 0;
  #wanted: (() => void) | undefined;

  constructor(clock: Clock, onEnd: () => void) {
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#deliver(),
        cancel: () => this.#end(),
      },
      { highWaterMark: 0 },
    );
  }

  /** Sends an event; it replaces one that was not read yet. */
  send(event: string, data: string): void {
    if (this.#controller === undefined) return;
    // "Nothing changed" must not replace an unread change.
    if (event === 'same' && this.#pending !== undefined) return;
    const now = this.#clock.now();
    if (this.#pending === undefined) this.#pendingSince = now;
    if (now - this.#pendingSince > PATIENCE_MS) {
      this.#drop();
      return;
    }
    // JSON has no line breaks, so this is one line.
    this.#pending = `event: ${event}\ndata: ${data}\n\n`;
    this.#wanted?.();
  }

  /** Ends the stream. */
  close(): void {
    const controller = this.#controller;
    this.#end();
    controller?.close();
  }

  /** Resolves once an event has been passed to the reader. */
  #deliver(): Promise<void> {
    return new Promise((resolve) => {
      const give = (): void => {
        if (this.#pending !== undefined) {
          this.#controller?.enqueue(this.#encoder.encode(this.#pending));
          this.#pending = undefined;
        }
        this.#wanted = undefined;
        resolve();
      };
      this.#wanted = give;
      if (this.#pending !== undefined || this.#controller === undefined) give();
    });
  }

  #drop(): void {
    const controller = this.#controller;
    this.#end();
    controller?.error(
      new Error('The event stream of a page was dropped: the client did not read it.'),
    );
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#pending = undefined;
    this.#wanted?.();
    this.#onEnd();
  }
}
