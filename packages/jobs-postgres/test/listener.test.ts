import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '@philjs/jobs-testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PgListener } from '../src/connection/pg-listener.ts';
import type { PgPool } from '../src/connection/pg-types.ts';

let server: PostgresServer;
let pool: pg.Pool;
beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

/** A hearing that keeps what it hears, in order. */
function hearing(heard: string[]) {
  return {
    onNotification: (payload: string) => heard.push(payload),
    onGap: () => heard.push('gap'),
    onError: () => heard.push('lost'),
  };
}

it('opens one connection after a loss, whether a retry or another channel asks for it first', async () => {
  const listener = new PgListener(pool as unknown as PgPool);
  const heard: string[] = [];
  await listener.listen('first', hearing(heard));
  const lost = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`;
  await pool.query(lost);
  await expect.poll(() => heard).toContain('lost');
  await listener.listen('second', hearing([]));
  await expect.poll(() => heard).toEqual(['lost', 'gap']);
  await sleep(500); // longer than the first retry waits
  await pool.query(`NOTIFY first, 'once'`);
  await expect.poll(() => heard).toContain('once');
  expect(heard).toEqual(['lost', 'gap', 'once']);
  const { rows } = await pool.query(
    `SELECT count(*)::int AS open FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`,
  );
  expect(rows).toEqual([{ open: 1 }]);
  listener.close();
});
