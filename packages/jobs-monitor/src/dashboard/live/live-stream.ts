import type { Clock } from '@philjs/jobs-core';

/** How long a reader may leave something unread, in milliseconds, before it is dropped. */
const PATIENCE_MS = 30_000;

/**
 * Sends one page its events. Each holds all there is to know, so of what was not read yet only the
 * last is kept; a reader that never reads costs one of them, and is dropped.
 */
export class LiveStream {
  /** What is sent to the browser. */
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

  /** Sends an event, in the place of one that was not read yet. */
  send(event: string, data: string): void {
    if (this.#controller === undefined) return;
    // That nothing changed must not take the place of what did.
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

  /** Resolves once there was something to read and it was given. */
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
    controller?.error(new Error('The event stream of a page was dropped: nobody read it.'));
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#pending = undefined;
    this.#wanted?.();
    this.#onEnd();
  }
}
