import type { Connection, Hearing, Row } from './connection.ts';
import { PgListener } from './pg-listener.ts';
import type { PgPool } from './pg-types.ts';
import { toJobsError } from './to-jobs-error.ts';

/** Connects to a PostgreSQL server through a pool of `pg`. */
export class PgConnection implements Connection {
  readonly #pool: PgPool;
  readonly #end: () => unknown;
  readonly #listener: PgListener;
  #closing: Promise<void> | undefined;

  /** Connects through a pool; `end` is called once the connection is closed. */
  constructor(pool: PgPool, end: () => unknown) {
    this.#pool = pool;
    this.#end = end;
    this.#listener = new PgListener(pool);
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw toJobsError(error);
    }
  }

  async script(text: string): Promise<void> {
    const client = await this.#pool.connect().catch((error) => {
      throw toJobsError(error);
    });
    // A client in use also emits the error that its statement rejects with.
    client.on('error', () => undefined);
    try {
      await client.query(text);
      client.release();
    } catch (error) {
      client.release(true);
      throw toJobsError(error);
    }
  }

  listen(channel: string, hearing: Hearing): Promise<() => Promise<void>> {
    return this.#listener.listen(channel, hearing);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#listener.close();
    await this.#end();
  }
}
