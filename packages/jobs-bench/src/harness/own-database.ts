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
  const server = new pg.Pool({ connectionString: serverUrl, max: 1 });
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(name, serverUrl).href;
  const own = new pg.Client(url);
  await own.connect();
  return {
    url,
    query: async (text, values = []) => (await own.query(text, [...values])).rows,
    drop: async () => {
      await own.end();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.end();
    },
  };
}
