import type { OpenTransaction } from '@philjs/jobs-core/backend';
import type { Connection, Hearing, Row } from './connection.ts';
import type { PgLite } from './pg-types.ts';
import { beginOnPgLite } from './pglite-transaction.ts';
import { toJobsError } from './to-jobs-error.ts';

/** Connects to PGlite: PostgreSQL in this process. */
export class PgLiteConnection implements Connection {
  readonly #database: PgLite;

  constructor(database: PgLite) {
    this.#database = database;
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    try {
      return (await this.#database.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw toJobsError(error);
    }
  }

  work(text: string, values?: readonly unknown[]): Promise<Row[]> {
    return this.query(text, values);
  }

  begin(): Promise<OpenTransaction> {
    return beginOnPgLite(this.#database);
  }

  async script(text: string): Promise<void> {
    try {
      await this.#database.exec(text);
    } catch (error) {
      await this.#database.exec('ROLLBACK').catch(() => undefined);
      throw toJobsError(error);
    }
  }

  async listen(channel: string, hearing: Hearing): Promise<() => Promise<void>> {
    return this.#database.listen(channel, (payload) => hearing.onNotification(payload));
  }

  async close(): Promise<void> {
    // The database belongs to the user.
  }
}
