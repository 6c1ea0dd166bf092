import type { Clock, Logger } from '@philjs/jobs-core';
import { toText } from '@philjs/jobs-core/internal';
import type { Connection, Queryable, Row } from '../connection/connection.ts';
import { openConnection } from '../connection/open-connection.ts';
import { toJobsError } from '../connection/to-jobs-error.ts';
import type { PostgresOptions } from '../postgres-options.ts';
import { bringUpToDate } from '../schema/bring-up-to-date.ts';
import { quoted } from '../schema/quoted.ts';

/** How often opening tries to get the locks of a migration: in less time than a queue is given for it by default. */
const OPENING_TRIES = 3;

/** Names a queue and its database. */
export interface PostgresStoreOptions extends PostgresOptions {
  readonly queueName: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Calls the functions of the schema for one queue, from its opening to its end. */
export class PostgresStore {
  /** The schema, quoted. */
  readonly schema: string;
  /** The number of the queue in the schema. */
  readonly queue: number;
  /** The channel of its notifications. */
  readonly channel: string;
  /** The source of timers. The time comes from the server. */
  readonly clock: Clock;
  /** The database. */
  readonly connection: Connection;
  /** The same for what workers do, on connections that handlers cannot take. */
  readonly own: PostgresStore;

  private constructor(
    connection: Connection,
    row: Row,
    options: PostgresStoreOptions,
    isOwn = false,
  ) {
    const { work } = connection;
    this.connection = connection;
    this.own = isOwn ? this : new PostgresStore({ ...connection, query: work }, row, options, true);
    this.queue = Number(row['queue']);
    this.channel = String(row['channel']);
    this.schema = quoted(options.schema);
    this.clock = options.clock;
  }

  /** Connects, brings the tables up to date and finds the queue in them. */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    const connection = await openConnection(options.target, options.listen);
    try {
      await bringUpToDate(connection, options.schema, {
        migrate: options.migrate,
        tries: OPENING_TRIES,
      });
      const schema = quoted(options.schema);
      const name = toText(options.queueName);
      const find = `SELECT queue, ${schema}.channel(queue) AS channel FROM ${schema}.queues WHERE name = $1`;
      let [row] = await connection.query(find, [name]);
      if (row === undefined) {
        const add = `INSERT INTO ${schema}.queues (name) VALUES ($1) ON CONFLICT DO NOTHING`;
        await connection.query(add, [name]);
        [row] = await connection.query(find, [name]);
      }
      return new PostgresStore(connection, row ?? {}, options);
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Calls a function of the schema with the queue and more values; returns its rows. */
  call(name: string, values: readonly unknown[], columns = '*'): Promise<Row[]> {
    const places = ['$1', ...values.map((_, index) => `$${index + 2}`)];
    return this.connection.query(this.#textOf(name, places, columns), [this.queue, ...values]);
  }

  /**
   * Calls a function within the transaction in progress on the user's connection. Clients differ in how they send a
   * text that the server takes for JSON, so each value is sent as what it is, and JSON as text. They also differ in what they
   * make of columns, whose names may arrive in camel case, so each row is answered as one text.
   */
  async callWithin(
    transaction: Queryable,
    name: string,
    values: readonly unknown[],
    columns = '*',
    casts: readonly string[] = values.map(castOf),
  ): Promise<Row[]> {
    const places = ['$1::int', ...casts.map((cast, index) => `$${index + 2}::${cast}`)];
    const rows = this.#textOf(name, places, columns);
    const text = `SELECT row_to_json(answer)::text AS value FROM (${rows}) AS answer`;
    try {
      const answer = await transaction.query(text, [this.queue, ...values]);
      return answer.rows.map((row) => JSON.parse(String((row as Row)['value'])) as Row);
    } catch (error) {
      throw toJobsError(error, true);
    }
  }

  /** Calls a function that returns one value. */
  async value(name: string, values: readonly unknown[]): Promise<unknown> {
    const [row] = await this.call(name, values, 'value');
    return row?.['value'];
  }

  /** Runs a statement: `@` stands for the schema, `$1` is the queue. */
  query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    // A text in place of the function would have `$$` and the like in it replaced.
    const whole = text.replaceAll('@.', () => `${this.schema}.`);
    return this.connection.query(whole, [this.queue, ...values]);
  }

  #textOf(name: string, places: readonly string[], columns: string): string {
    return `SELECT ${columns} FROM ${this.schema}.${name}(${places.join(', ')})${columns === 'value' ? ' AS value' : ''}`;
  }
}

/** Most of the texts that go into a user's transaction are JSON. */
function castOf(value: unknown): string {
  return typeof value === 'string' ? 'text::json' : 'boolean';
}
