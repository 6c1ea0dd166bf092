import type { Clock } from '@philjs/jobs-core';
import type { BackendEvent, EventSource, Subscription } from '@philjs/jobs-core/backend';
import { readMessages } from './read-messages.ts';
import type { RemoteClient } from './remote-client.ts';

/** How long to wait before the stream is opened again, in milliseconds: at first, and at most. */
const AGAIN_MS = { first: 250, most: 5000 } as const;

interface Listener {
  readonly onEvent?: (event: BackendEvent) => void;
  readonly onSchedules?: () => void;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Shares one stream of events among the listeners of a queue. It is opened again when it breaks. */
export class RemoteEvents implements EventSource {
  readonly #client: RemoteClient;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #stream: { readonly opened: Promise<void>; readonly end: AbortController } | undefined;

  constructor(client: RemoteClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Listens to the events of the queue; see `EventSource.subscribe`. */
  subscribe(params: Parameters<EventSource['subscribe']>[0]): Promise<Subscription> {
    const { onEvent, onError } = params;
    return this.#add({ onEvent, onError });
  }

  /** Listens to changes of schedules; see `ScheduleStore.watch`. */
  watch({ onChange }: { readonly onChange: () => void }): Promise<Subscription> {
    return this.#add({ onSchedules: onChange });
  }

  /** Ends the stream. */
  close(): void {
    this.#listeners.clear();
    this.#end();
  }

  async #add(listener: Listener): Promise<Subscription> {
    this.#listeners.add(listener);
    const unsubscribe = async (): Promise<void> => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end();
    };
    try {
      this.#stream ??= this.#open();
      await this.#stream.opened;
    } catch (error) {
      await unsubscribe();
      throw error;
    }
    return { unsubscribe };
  }

  #end(): void {
    this.#stream?.end.abort();
    this.#stream = undefined;
  }

  #open(): { readonly opened: Promise<void>; readonly end: AbortController } {
    const end = new AbortController();
    const opened = this.#client
      .stream('events', end.signal)
      .then((body) => this.#untilOpen(body, end));
    opened.catch(() => {
      if (this.#stream?.end === end) this.#stream = undefined;
    });
    return { opened, end };
  }

  /** Resolves once the server misses nothing; goes on reading. */
  #untilOpen(body: ReadableStream<Uint8Array>, end: AbortController): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#read(body, resolve).then(
        () => this.#broke(end, new TypeError('The stream of events ended')),
        (error: unknown) => {
          reject(error);
          this.#broke(end, error);
        },
      );
    });
  }

  async #read(body: ReadableStream<Uint8Array>, onOpen: () => void): Promise<void> {
    for await (const { event, data } of readMessages(body)) {
      if (event === 'open') onOpen();
      else if (event === 'schedules')
        for (const { onSchedules } of this.#listeners) onSchedules?.();
      else if (event === 'job') {
        for (const { onEvent } of this.#listeners) onEvent?.(JSON.parse(data) as BackendEvent);
      }
    }
  }

  #broke(end: AbortController, error: unknown): void {
    if (end.signal.aborted || this.#stream?.end !== end) return;
    for (const { onError } of this.#listeners) onError?.(error);
    this.#again(AGAIN_MS.first);
  }

  #again(ms: number): void {
    const reopen = async (): Promise<void> => {
      if (this.#listeners.size === 0) return this.#end();
      const stream = this.#open();
      this.#stream = stream;
      try {
        await stream.opened;
        // A schedule may have changed meanwhile; core polls for the events of jobs.
        for (const { onSchedules } of this.#listeners) onSchedules?.();
      } catch {
        if (!stream.end.signal.aborted) this.#again(Math.min(AGAIN_MS.most, ms * 2));
      }
    };
    this.#clock.setTimeout(() => void reopen(), ms, { background: true });
  }
}
