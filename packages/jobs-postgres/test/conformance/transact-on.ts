import type { Transact } from '@philjs/jobs-testkit/conformance';
import pg from 'pg';

/** Makes transactions on a server, each on a connection of its own, for the suites. */
export function transactOn(connectionString: string): Transact {
  return async (work) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query(await work(client));
    } finally {
      await client.end();
    }
  };
}
