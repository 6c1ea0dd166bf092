import type { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { migrate } from '../../src/index.ts';

/** Makes the tables on a server, and returns its address for a role that owns nothing, and has what `grantTo` grants. */
export async function restrictedRole(server: PostgresServer): Promise<string> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE ROLE worker LOGIN;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; REVOKE ALL ON SCHEMA public FROM PUBLIC;
    REVOKE ALL ON DATABASE postgres FROM PUBLIC; GRANT CONNECT ON DATABASE postgres TO worker`);
  await client.end();
  await migrate({ postgres: server.url, grantTo: 'worker' });
  const url = new URL(server.url);
  url.username = 'worker';
  return url.href;
}
