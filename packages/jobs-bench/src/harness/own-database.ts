import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** Is a database of one measurement. */
export interface OwnDatabase {
  readonly url: string;
  /** Runs one statement in it. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Removes it, with the connections that are left to it. */
  drop(): Promise<void>;
}

/** Makes an empty database on a server. */
export async function makeDatabase(serverUrl: string): Promise<OwnDatabase> {
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client(serverUrl);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client(url.href);
  // The connection ends with the database.
  client.on('error', () => undefined);
  await client.connect();
  return {
    url: url.href,
    query: async (text, values = []) => (await client.query(text, [...values])).rows,
    drop: async () => {
      await client.end();
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}
