import type { Subscription } from '@philjs/jobs-core';
import { type Client, dropSocket, hangUp, isCluster } from '../connection/client.ts';
import { unavailable } from '../connection/unavailable.ts';

/** How long a subscription, or the answer to a ping, may take, in milliseconds. */
const TIMEOUT_MS = 5000;
/** How often the server is pinged, in milliseconds: a connection that only listens would not notice that it broke. */
const PING_EVERY_MS = 30_000;

interface Listener {
  readonly onMessage: (message: string) => void;
  readonly onReady: () => void;
}

/**
 * Listens to channels over one connection, opened with the first subscription and closed with the last.
 * Messages are missed while the server is away; `onReady` is called when it is back.
 */
export class Channels {
  readonly #open: () => Client;
  readonly #listeners = new Map<string, Set<Listener>>();
  #client: Client | undefined;
  #pings: NodeJS.Timeout | undefined;

  constructor(open: () => Client) {
    this.#open = open;
  }

  /**
   * Calls `onMessage` with every message from when this resolves.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  async subscribe(
    channel: string,
    onMessage: (message: string) => void,
    onReady: () => void,
  ): Promise<Subscription> {
    const listener: Listener = { onMessage, onReady };
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    try {
      await withinTime(this.#connection().subscribe(channel));
    } catch (error) {
      this.#forget(channel, listener);
      throw unavailable(error, TIMEOUT_MS);
    }
    return { unsubscribe: async () => this.#forget(channel, listener) };
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

  #forget(channel: string, listener: Listener): void {
    const listeners = this.#listeners.get(channel);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(channel);
    if (this.#listeners.size === 0) this.close();
    else this.#client?.unsubscribe(channel).catch(() => undefined);
  }
}

/** Replaces a connection that does not answer a ping. */
function ping(client: Client): void {
  if (isCluster(client) || client.status !== 'ready') return;
  withinTime(client.ping()).catch(() => dropSocket(client));
}

async function withinTime(subscribing: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('No answer to a subscription')), TIMEOUT_MS);
  });
  try {
    await Promise.race([subscribing, late]);
  } finally {
    clearTimeout(timer);
  }
}
