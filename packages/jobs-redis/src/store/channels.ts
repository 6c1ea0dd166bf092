import type { Subscription } from '@philjs/jobs-core/backend';
import { type Client, dropSocket, hangUp, isCluster } from '../connection/client.ts';
import { unavailable } from '../connection/unavailable.ts';

/** How long the answer to a ping may take, in milliseconds. */
const PONG_WITHIN_MS = 5000;
/** How often the server is pinged, in milliseconds: a connection that only listens would not notice that it broke. */
const PING_EVERY_MS = 30_000;

interface Listener {
  readonly onMessage: (message: string) => void;
  readonly onReady: () => void;
  readonly owner: object;
}

/**
 * Listens to channels over one connection, opened with the first subscription and closed with the last.
 * Messages are missed while the server is away; `onReady` is called when it is back.
 */
export class Channels {
  readonly #open: () => Client;
  readonly #listeners = new Map<string, Set<Listener>>();
  #client: Client | undefined;
  readonly #timeoutMs: number;
  #pings: NodeJS.Timeout | undefined;

  /** @param timeoutMs how long a subscription may take, waiting for the connection included */
  constructor(open: () => Client, timeoutMs: number) {
    this.#open = open;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Calls `onMessage` with every message from when this resolves, until its owner leaves.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  async subscribe(
    channel: string,
    onMessage: (message: string) => void,
    onReady: () => void,
    owner: object,
  ): Promise<Subscription> {
    const listener: Listener = { onMessage, onReady, owner };
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    try {
      await within(this.#timeoutMs, this.#connection().subscribe(channel));
    } catch (error) {
      // Unless its owner has left meanwhile.
      if (this.#forget(channel, listener)) throw unavailable(error, this.#timeoutMs);
    }
    return { unsubscribe: async () => void this.#forget(channel, listener) };
  }

  /** Ends all subscriptions of an owner, also those that are still being made. */
  leave(owner: object): void {
    for (const [channel, listeners] of this.#listeners) {
      for (const listener of listeners) {
        if (listener.owner === owner) this.#forget(channel, listener);
      }
    }
  }

  /** Ends all subscriptions at once. */
  close(): void {
    this.#listeners.clear();
    if (this.#client !== undefined) hangUp(this.#client);
    this.#client = undefined;
    clearInterval(this.#pings);
  }

  #connection(): Client {
    if (this.#client !== undefined) return this.#client;
    const client = this.#open();
    let wasReady = false;
    client.on('message', (channel: string, message: string) => {
      for (const { onMessage } of this.#listeners.get(channel) ?? []) onMessage(message);
    });
    client.on('ready', () => {
      // Subscribes again, so that no message is missed before ioredis has subscribed by itself.
      const channels = [...this.#listeners.keys()];
      if (wasReady && channels.length > 0) {
        client.subscribe(...channels).then(
          () => this.#tellReady(),
          () => undefined,
        );
      }
      wasReady = true;
    });
    this.#client = client;
    this.#pings = setInterval(() => ping(client), PING_EVERY_MS);
    return client;
  }

  #tellReady(): void {
    for (const listeners of this.#listeners.values()) {
      for (const { onReady } of listeners) onReady();
    }
  }

  /** Forgets a listener; returns whether it was known. */
  #forget(channel: string, listener: Listener): boolean {
    const listeners = this.#listeners.get(channel);
    if (!listeners?.delete(listener)) return false;
    if (listeners.size > 0) return true;
    this.#listeners.delete(channel);
    if (this.#listeners.size === 0) this.close();
    else this.#client?.unsubscribe(channel).catch(() => undefined);
    return true;
  }
}

/** Replaces a connection that does not answer a ping. */
function ping(client: Client): void {
  if (isCluster(client) || client.status !== 'ready') return;
  within(PONG_WITHIN_MS, client.ping()).catch(() => dropSocket(client));
}

async function within(ms: number, answer: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer to a subscription')), ms);
  });
  try {
    await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
