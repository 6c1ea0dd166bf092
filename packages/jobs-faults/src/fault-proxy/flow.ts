import type { Socket } from 'node:net';

/** Says what happens to the bytes of one direction: they pass, wait, or vanish. */
export type FlowMode = 'pass' | 'hold' | 'drop';

/** Carries the bytes of one direction of a connection, with the delay or loss that was set. */
export class Flow {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #queue: { readonly bytes: Buffer | 'end'; readonly at: number }[] = [];
  #mode: FlowMode = 'pass';
  #latencyMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, sink: Socket) {
    this.#source = source;
    this.#sink = sink;
    sink.on('drain', () => this.#mode !== 'hold' && source.resume());
  }

  set latencyMs(ms: number) {
    this.#latencyMs = ms;
  }

  set mode(mode: FlowMode) {
    this.#mode = mode;
    if (mode === 'hold') this.#source.pause();
    else this.#source.resume();
    this.#deliver();
  }

  /** Sends bytes, or the end of them, after what was sent before. */
  send(bytes: Buffer | 'end'): void {
    const last = this.#queue.at(-1)?.at ?? 0;
    this.#queue.push({ bytes, at: Math.max(last, Date.now() + this.#latencyMs) });
    this.#deliver();
  }

  /** Forgets undelivered bytes. */
  destroy(): void {
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    while (this.#mode !== 'hold') {
      const next = this.#queue[0];
      if (next === undefined) return;
      const wait = next.at - Date.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#deliver(), wait);
        return;
      }
      this.#queue.shift();
      if (this.#mode === 'pass') this.#write(next.bytes);
    }
  }

  #write(bytes: Buffer | 'end'): void {
    if (this.#sink.destroyed) return;
    if (bytes === 'end') this.#sink.end();
    else if (bytes.length > 0 && !this.#sink.write(bytes)) this.#source.pause();
  }
}
