import type { PgClient, PgPool } from './pg-types.ts';
import type { Verify } from './read-committed.ts';

/** Makes the pool of one host; with `verify` it refuses a new connection that the function has an error for. */
export type OpenPool = (host: string, verify: Verify) => PgPool;

/** Looks at each new connection once. */
const refuseReadOnly: Verify = (client, done) => {
  // A client in use also emits the error that its statement rejects with.
  client.on('error', () => undefined);
  client.query('SHOW transaction_read_only').then(({ rows }) => {
    const [row] = rows as { readonly transaction_read_only: string }[];
    const isReadOnly = row?.transaction_read_only !== 'off';
    done(isReadOnly ? new Error('The connection was closed: this server is read-only') : undefined);
  }, done);
};

/** The pool of the host in use. */
interface Found {
  readonly host: string;
  readonly pool: PgPool;
}

/**
 * Connects to the one of several hosts that accepts writes. When it cannot connect there, it asks all of them and goes
 * on with the first that accepts writes, as after a failover.
 */
export class WritablePool implements PgPool {
  readonly #hosts: readonly string[];
  readonly #openPool: OpenPool;
  #found: Found | undefined;
  #looking: Promise<Found> | undefined;
  #ended = false;

  constructor(hosts: readonly string[], openPool: OpenPool) {
    this.#hosts = hosts;
    this.#openPool = openPool;
  }

  /** Connects. */
  async connect(): Promise<PgClient> {
    const before = this.#found;
    if (before === undefined) return (await this.#look()).pool.connect();
    try {
      return await before.pool.connect();
    } catch (error) {
      const now = await this.#look().catch(() => before);
      if (now === before) throw error;
      return now.pool.connect();
    }
  }

  /** Runs one statement. */
  async query(text: string, values?: unknown[]): ReturnType<PgPool['query']> {
    const client = await this.connect();
    try {
      const result = await client.query(text, values);
      client.release();
      return result;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Closes all connections. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#looking?.catch(() => undefined);
    await this.#found?.pool.end();
  }

  /** Finds the host that accepts writes; many that look at once look together. */
  #look(): Promise<Found> {
    this.#looking ??= this.#find().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #find(): Promise<Found> {
    if (this.#ended) throw new Error('Cannot use a pool after calling end on the pool');
    const tries = this.#hosts.map((host) => this.#try(host));
    const first = await Promise.any(tries);
    for (const other of tries) {
      other.then(
        (found) => (found === first ? undefined : found.pool.end()),
        () => undefined,
      );
    }
    const before = this.#found;
    if (before?.host === first.host) {
      await first.pool.end();
      return before;
    }
    this.#found = first;
    // It ends once the last of its clients is given back.
    before?.pool.end().catch(() => undefined);
    return first;
  }

  async #try(host: string): Promise<Found> {
    const pool = this.#openPool(host, refuseReadOnly);
    try {
      (await pool.connect()).release();
      return { host, pool };
    } catch (error) {
      await pool.end();
      throw error;
    }
  }
}
