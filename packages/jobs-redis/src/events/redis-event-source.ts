import type { EventSource, Subscription } from '@philjs/jobs-core';
import type { BlockingCommand, Seat, SharedRead } from '../connection/shared-read.ts';
import { toJobsError } from '../connection/unavailable.ts';
import { waitUnless } from '../connection/wait-unless.ts';
import { decodeJobId } from '../keys/job-id.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { EventFacts } from './event-facts.ts';
import { isAfter, type StreamEntry, toBackendEvent, toStreams } from './stream-entry.ts';

const RETRY_MS = 500;
/** At most how many entries one read brings. */
const MAX_ENTRIES = 500;

type Listener = Parameters<EventSource['subscribe']>[0] & {
  /** The last entry before it subscribed. */
  readonly behind: string;
};

/** Waits for entries of event streams with `XREAD`. */
export const streamCommand: BlockingCommand<StreamReader> = {
  send: (client, seats, blockMs) => {
    const behind = new Map<string, string>();
    for (const { key, last } of seats) {
      const known = behind.get(key);
      if (known === undefined || isAfter(known, last)) behind.set(key, last);
    }
    const count = Math.max(10, Math.floor(MAX_ENTRIES / behind.size));
    const streams = [...behind.keys(), ...behind.values()];
    return client.xread('COUNT', count, 'BLOCK', blockMs, 'STREAMS', ...streams);
  },
  deliver: (answer, seats) => {
    for (const [key, entries] of toStreams(answer)) {
      for (const seat of seats) if (seat.key === key) seat.take(entries);
    }
  },
  onError: (error, seats) => {
    for (const seat of seats) seat.fail(error);
  },
};

/**
 * Delivers what BullMQ's event stream tells while there are listeners. The stream is trimmed, so a process that is
 * disconnected for long misses events.
 */
export class RedisEventSource implements EventSource {
  readonly #store: QueueStore;
  readonly #streams: () => SharedRead<StreamReader>;
  readonly #listeners = new Set<Listener>();
  #reader: StreamReader | undefined;

  constructor(store: QueueStore, streams: () => SharedRead<StreamReader>) {
    this.#store = store;
    this.#streams = streams;
  }

  /** Delivers every event from now on. */
  async subscribe(params: Parameters<EventSource['subscribe']>[0]): Promise<Subscription> {
    const behind = await this.#lastId();
    const listener: Listener = { ...params, behind };
    this.#listeners.add(listener);
    this.#reader ??= new StreamReader(this.#store, this.#streams(), this.#listeners, behind);
    return {
      unsubscribe: async () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) this.close();
      },
    };
  }

  /** Ends all subscriptions. */
  close(): void {
    this.#listeners.clear();
    this.#reader?.stop();
    this.#reader = undefined;
  }

  async #lastId(): Promise<string> {
    const { link, key } = this.#store;
    const last = await link.run((client) => client.xrevrange(key('events'), '+', '-', 'COUNT', 1));
    return last[0]?.[0] ?? '0-0';
  }
}

/** Reads the stream of one queue in order and calls the listeners. */
export class StreamReader implements Seat {
  readonly key: string;
  readonly #streams: SharedRead<StreamReader>;
  readonly #listeners: ReadonlySet<Listener>;
  readonly #facts: EventFacts;
  readonly #giveUp: () => void;
  #last: string;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(
    store: QueueStore,
    streams: SharedRead<StreamReader>,
    listeners: ReadonlySet<Listener>,
    last: string,
  ) {
    this.key = store.key('events');
    this.#streams = streams;
    this.#listeners = listeners;
    this.#facts = new EventFacts(store);
    this.#last = last;
    this.#giveUp = streams.use();
    streams.join(this);
  }

  /** The last entry that was read. */
  get last(): string {
    return this.#last;
  }

  /** Ends reading. */
  stop(): void {
    this.#stopped = true;
    this.#streams.leave(this);
    this.#giveUp();
  }

  /** Takes the next entries; leaves out those it knows. */
  take(entries: readonly StreamEntry[]): void {
    const fresh = entries.filter(({ id }) => isAfter(id, this.#last));
    this.#last = fresh.at(-1)?.id ?? this.#last;
    this.#work = this.#work.then(() => this.#handle(fresh));
  }

  /** Reports that reading failed; it goes on. */
  fail(error: unknown): void {
    if (this.#stopped) return;
    for (const { onError } of this.#listeners) onError?.(toJobsError(error));
  }

  async #handle(entries: readonly StreamEntry[]): Promise<void> {
    const wanted = entries.filter((entry) => this.#wanting(entry).length > 0);
    while (!this.#stopped) {
      try {
        await this.#facts.prepare(wanted);
        break;
      } catch (error) {
        this.fail(error);
        await waitUnless(RETRY_MS, () => this.#stopped);
      }
    }
    for (const entry of wanted) this.#tell(entry);
  }

  #tell(entry: StreamEntry): void {
    const event = toBackendEvent(entry, this.#facts.of(entry));
    if (event === undefined) return;
    for (const { behind, onEvent } of this.#wanting(entry)) {
      if (isAfter(entry.id, behind)) onEvent(event);
    }
  }

  /** Finds the listeners for the job of an entry; without any, nothing is decoded or looked up. */
  #wanting({ fields }: StreamEntry): Listener[] {
    const { jobId } = fields;
    const listeners = [...this.#listeners];
    if (jobId === undefined) return listeners;
    return listeners.filter(({ wants }) => wants === undefined || wants(decodeJobId(jobId)));
  }
}
