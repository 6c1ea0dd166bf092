import type { Hearing } from './connection.ts';
import type { PgClient, PgPool } from './pg-types.ts';
import { toJobsError } from './to-jobs-error.ts';

/** How long to wait before reopening a lost connection, at first and at most, in milliseconds. */
const RETRY_AFTER_MS = { first: 100, most: 5_000 } as const;

/** Listens to the channels of a process over one connection of its own, and reopens it when it is lost. */
export class PgListener {
  readonly #pool: PgPool;
  readonly #channels = new Map<string, Set<Hearing>>();
  #client: PgClient | undefined;
  #connecting: Promise<PgClient> | undefined;
  #said: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  /** Whether notifications may have been missed since the connection was lost. */
  #hasGap = false;
  #closed = false;

  constructor(pool: PgPool) {
    this.#pool = pool;
  }

  /** Listens to a channel; resolves once no notification is missed. */
  async listen(channel: string, hearing: Hearing): Promise<() => Promise<void>> {
    const hearings = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, hearings);
    hearings.add(hearing);
    try {
      const client = this.#client ?? (await this.#connect());
      await this.#say(client, `LISTEN "${channel}"`);
    } catch (error) {
      hearings.delete(hearing);
      throw toJobsError(error);
    }
    return () => this.#unlisten(channel, hearing);
  }

  /** Closes the connection. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#channels.clear();
    this.#drop(this.#client);
  }

  async #unlisten(channel: string, hearing: Hearing): Promise<void> {
    const hearings = this.#channels.get(channel);
    hearings?.delete(hearing);
    if (hearings === undefined || hearings.size > 0) return;
    this.#channels.delete(channel);
    // An error here ends the connection, and so the listening.
    if (this.#client === undefined) return;
    await this.#say(this.#client, `UNLISTEN "${channel}"`).catch(() => undefined);
  }

  /** Runs a statement after all earlier ones. */
  #say(client: PgClient, text: string): Promise<unknown> {
    const said = this.#said.then(() => client.query(text));
    this.#said = said.catch(() => undefined);
    return said;
  }

  #connect(): Promise<PgClient> {
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<PgClient> {
    const client = await this.#pool.connect();
    const lost = (error: unknown): void => this.#lost(client, error);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const { onNotification } of this.#channels.get(channel) ?? []) onNotification(payload);
    });
    client.on('error', lost);
    client.on('end', () => lost(new Error('The connection was terminated')));
    try {
      // A standby refuses this. A connection that is not given back would be missing from the pool for ever.
      for (const channel of this.#channels.keys()) await client.query(`LISTEN "${channel}"`);
      if (this.#closed) throw new Error('The connection was closed');
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#client = client;
    this.#failures = 0;
    clearTimeout(this.#retry);
    if (this.#hasGap) this.#endGap();
    return client;
  }

  #lost(client: PgClient, error: unknown): void {
    if (client !== this.#client) return;
    this.#drop(client);
    if (this.#closed) return;
    this.#hasGap = true;
    this.#tell(error);
    this.#again();
  }

  #endGap(): void {
    this.#hasGap = false;
    for (const hearings of this.#channels.values()) {
      for (const { onGap } of hearings) onGap();
    }
  }

  /** Reopens the connection after a while, unless something else asks for it before. */
  #again(): void {
    const wait = Math.min(RETRY_AFTER_MS.most, RETRY_AFTER_MS.first * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#connect().catch((error: unknown) => {
        if (this.#closed) return;
        this.#tell(error);
        this.#again();
      });
    }, wait);
  }

  #tell(error: unknown): void {
    const failure = toJobsError(error);
    for (const hearings of this.#channels.values()) {
      for (const { onError } of hearings) onError(failure);
    }
  }

  #drop(client: PgClient | undefined): void {
    if (client === undefined) return;
    this.#client = undefined;
    client.removeAllListeners('notification');
    client.release(true);
  }
}
