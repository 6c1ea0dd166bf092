import type { EventSource, Subscription } from '@philjs/jobs-core/backend';
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
export const streamCommand: BlockingCommand<RedisEventSource> = {
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
 * Delivers what BullMQ's event stream tells while there are listeners, in order. The stream is trimmed, so a process that is
 * disconnected for long misses events.
 */
export class RedisEventSource implements EventSource, Seat {
  readonly #store: QueueStore;
  readonly #streams: () => SharedRead<RedisEventSource>;
  readonly #listeners = new Set<Listener>();
  #facts: EventFacts;
  #last = '0-0';
  #work: Promise<void> = Promise.resolve();
  /** Ends reading; absent while nothing is read. */
  #stop: (() => void) | undefined;

  constructor(store: QueueStore, streams: () => SharedRead<RedisEventSource>) {
    this.#store = store;
    this.#streams = streams;
    this.#facts = new EventFacts(store);
  }

  get key(): string {
    return this.#store.key('events');
  }

  /** The last entry that was read. */
  get last(): string {
    return this.#last;
  }

  /** Delivers every event from now on. */
  async subscribe(params: Parameters<EventSource['subscribe']>[0]): Promise<Subscription> {
    const behind = await this.#lastId();
    const listener: Listener = { ...params, behind };
    this.#listeners.add(listener);
    this.#stop ??= this.#start(behind);
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
    this.#stop?.();
    this.#stop = undefined;
  }

  /** Takes the next entries; leaves out those it knows. */
  take(entries: readonly StreamEntry[]): void {
    const fresh = entries.filter(({ id }) => isAfter(id, this.#last));
    this.#last = fresh.at(-1)?.id ?? this.#last;
    this.#work = this.#work.then(() => this.#handle(fresh));
  }

  /** Reports that reading failed; it goes on. */
  fail(error: unknown): void {
    for (const { onError } of this.#listeners) onError?.(toJobsError(error));
  }

  #start(behind: string): () => void {
    const streams = this.#streams();
    const giveUp = streams.use();
    this.#last = behind;
    this.#facts = new EventFacts(this.#store);
    streams.join(this);
    return () => {
      streams.leave(this);
      giveUp();
    };
  }

  async #lastId(): Promise<string> {
    const last = await this.#store.link.run((client) =>
      client.xrevrange(this.key, '+', '-', 'COUNT', 1),
    );
    return last[0]?.[0] ?? '0-0';
  }

  async #handle(entries: readonly StreamEntry[]): Promise<void> {
    const wanted = entries.filter((entry) => this.#wanting(entry).length > 0);
    while (this.#stop !== undefined) {
      try {
        await this.#facts.prepare(wanted);
        break;
      } catch (error) {
        this.fail(error);
        await waitUnless(RETRY_MS, () => this.#stop === undefined);
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
