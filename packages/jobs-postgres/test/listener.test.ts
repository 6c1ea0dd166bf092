import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
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

it('gives a connection back on which it cannot listen, as on a standby, until it can', async () => {
  const standby = await server.startStandby();
  const few = { connectionString: standby.url, max: 1, connectionTimeoutMillis: 10_000 };
  const onStandby = new pg.Pool(few);
  const listener = new PgListener(onStandby as unknown as PgPool);
  onTestFinished(async () => {
    listener.close();
    await onStandby.end();
    await standby.stop();
  });
  const heard: string[] = [];
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(listener.listen('on_standby', hearing(heard))).rejects.toMatchObject({
      details: { code: '25006' },
    });
  }
  expect((await onStandby.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await standby.promote();
  await listener.listen('on_standby', hearing(heard));
  const other = new pg.Client({ connectionString: standby.url });
  await other.connect();
  await other.query(`NOTIFY on_standby, 'promoted'`);
  await expect.poll(() => heard).toEqual(['promoted']);
  await other.end();
});
