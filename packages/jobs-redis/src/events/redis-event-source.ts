import type { EventSource, Subscription } from '@philjs/jobs-core';
import { type Client, hangUp } from '../connection/client.ts';
import { toJobsError } from '../connection/unavailable.ts';
import { waitUnless } from '../connection/wait-unless.ts';
import { decodeJobId } from '../keys/job-id.ts';
import type { QueueStore } from '../store/queue-store.ts';
import { EventFacts } from './event-facts.ts';
import { isAfter, type StreamEntry, toBackendEvent, toEntries } from './stream-entry.ts';

const BLOCK_MS = 5000;
/** How much later a server may answer before the connection is replaced. */
const GRACE_MS = 1000;
const RETRY_MS = 500;
const MAX_ENTRIES = 500;

type Listener = Parameters<EventSource['subscribe']>[0] & {
  /** The last entry before it subscribed. */
  readonly behind: string;
};

/**
 * Reads BullMQ's event stream while there are listeners, on a connection of its own. The stream is trimmed, so a
 * process that is disconnected for long misses events.
 */
export class RedisEventSource implements EventSource {
  readonly #store: QueueStore;
  readonly #open: () => Client;
  readonly #listeners = new Set<Listener>();
  #reader: Reader | undefined;

  constructor(store: QueueStore, open: () => Client) {
    this.#store = store;
    this.#open = open;
  }

  /** Delivers every event from now on. */
  async subscribe(params: Parameters<EventSource['subscribe']>[0]): Promise<Subscription> {
    const behind = await this.#lastId();
    const listener: Listener = { ...params, behind };
    this.#listeners.add(listener);
    this.#reader ??= new Reader(this.#store, this.#open, this.#listeners, behind);
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

/** Reads the stream in order and calls the listeners. */
class Reader {
  readonly #store: QueueStore;
  readonly #open: () => Client;
  readonly #listeners: ReadonlySet<Listener>;
  readonly #facts: EventFacts;
  #client: Client;
  #last: string;
  #stopped = false;

  constructor(
    store: QueueStore,
    open: () => Client,
    listeners: ReadonlySet<Listener>,
    last: string,
  ) {
    this.#store = store;
    this.#open = open;
    this.#listeners = listeners;
    this.#facts = new EventFacts(store);
    this.#client = open();
    this.#last = last;
    void this.#loop();
  }

  stop(): void {
    this.#stopped = true;
    hangUp(this.#client);
  }

  async #loop(): Promise<void> {
    while (!this.#stopped) {
      try {
        const entries = await this.#read();
        const wanted = entries.filter((entry) => this.#wanting(entry).length > 0);
        await this.#facts.prepare(wanted);
        for (const entry of wanted) this.#tell(entry);
        this.#last = entries.at(-1)?.id ?? this.#last;
      } catch (error) {
        if (this.#stopped) return;
        for (const { onError } of this.#listeners) onError?.(toJobsError(error));
        await waitUnless(RETRY_MS, () => this.#stopped);
      }
    }
  }

  async #read(): Promise<StreamEntry[]> {
    const isReady = (): boolean => this.#client.status === 'ready';
    if (!isReady()) await waitUnless(RETRY_MS, () => this.#stopped || isReady());
    if (!isReady() || this.#stopped) return [];
    const key = this.#store.key('events');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        this.#replace();
        resolve(null);
      }, BLOCK_MS + GRACE_MS);
    });
    try {
      const reading = this.#client.xread(
        'COUNT',
        MAX_ENTRIES,
        'BLOCK',
        BLOCK_MS,
        'STREAMS',
        key,
        this.#last,
      );
      reading.catch(() => undefined);
      return toEntries(await Promise.race([reading, late]));
    } finally {
      clearTimeout(timer);
    }
  }

  #replace(): void {
    hangUp(this.#client);
    if (!this.#stopped) this.#client = this.#open();
  }

  #tell(entry: StreamEntry): void {
    this.#last = entry.id;
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
