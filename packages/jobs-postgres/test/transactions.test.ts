import { batch, defineJob, step } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { drizzle as drizzleOnPostgresJs } from 'drizzle-orm/postgres-js';
import knex from 'knex';
import {
  CamelCasePlugin,
  Kysely,
  type KyselyPlugin,
  sql as kyselySql,
  PostgresDialect,
} from 'kysely';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  createQueue,
  createQueues,
  fromDrizzle,
  fromKnex,
  fromKysely,
  fromPostgresJs,
  type Queryable,
} from '../src/index.ts';

/** Runs work in a transaction of a client: inserts an order, calls, and fails with what the call throws. */
type InTransaction = (
  insert: string,
  work: (transaction: Queryable) => Promise<void>,
) => Promise<void>;

let server: PostgresServer;
let pool: pg.Pool;

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
  await pool.query('CREATE TABLE orders (id text PRIMARY KEY)');
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

type Start = () => { inTransaction: InTransaction; end: () => Promise<unknown> };

const clients: Record<string, Start> = {
  'postgres.js': () => onPostgresJs({}),
  'postgres.js, with names in camel case': () => onPostgresJs({ transform: postgres.camel }),
  'Drizzle on pg': () => {
    const db = drizzle(pool);
    return {
      inTransaction: (insert, work) =>
        db.transaction(async (tx) => {
          await tx.execute(sql.raw(insert));
          await work(fromDrizzle(tx, sql));
        }),
      end: async () => undefined,
    };
  },
  'Drizzle on postgres.js': () => {
    const client = postgres(server.url);
    const db = drizzleOnPostgresJs(client);
    return {
      inTransaction: (insert, work) =>
        db.transaction(async (tx) => {
          await tx.execute(sql.raw(insert));
          await work(fromDrizzle(tx, sql));
        }),
      end: () => client.end(),
    };
  },
  Kysely: () => onKysely([]),
  'Kysely, with names in camel case': () => onKysely([new CamelCasePlugin()]),
  Knex: () => onKnex({}),
  'Knex, with names in camel case': () => onKnex({ postProcessResponse: inCamelCase }),
};

function onPostgresJs(options: object): ReturnType<Start> {
  const client = postgres(server.url, options);
  return {
    inTransaction: async (insert, work) => {
      await client.begin(async (tx) => {
        await tx.unsafe(insert);
        await work(fromPostgresJs(tx));
      });
    },
    end: () => client.end(),
  };
}

function onKysely(plugins: KyselyPlugin[]): ReturnType<Start> {
  const dialect = new PostgresDialect({ pool });
  const db = new Kysely<Record<string, never>>({ dialect, plugins });
  return {
    inTransaction: (insert, work) =>
      db.transaction().execute(async (trx) => {
        await kyselySql.raw(insert).execute(trx);
        await work(fromKysely(trx));
      }),
    end: async () => undefined,
  };
}

function onKnex(options: object): ReturnType<Start> {
  const db = knex({ client: 'pg', connection: server.url, ...options });
  return {
    inTransaction: (insert, work) =>
      db.transaction(async (trx) => {
        await trx.raw(insert);
        await work(fromKnex(trx));
      }),
    end: () => db.destroy(),
  };
}

/** Renames the columns of an answer, as mappers of names for Knex do. */
function inCamelCase(answer: { readonly rows?: readonly object[] }): object {
  const camel = (name: string): string =>
    name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  const rename = (row: object): object =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value]));
  return answer.rows === undefined ? answer : { ...answer, rows: answer.rows.map(rename) };
}

describe.each(Object.entries(clients))('a transaction of %s', (name, start) => {
  const odd = { text: 'a "b" \\ \u0000 ? $1 ö', list: [1, null, { a: [] }] };
  const note = defineJob({
    name: 'note',
    handler: async (payload: typeof odd, ctx) => {
      await client.inTransaction(`INSERT INTO orders VALUES ('${name} ran')`, (tx) => {
        return ctx.completeIn(tx, { got: payload.text });
      });
    },
  });
  let client: ReturnType<typeof start>;

  test('stores a job with the rows, and completes one with the rows', async () => {
    client = start();
    const schema = `odd "$1 ? ${name}`; // each client reads some of these signs
    const own = createQueue({ postgres: server.url, jobs: [note], name, schema });
    onTestFinished(async () => {
      await own.close({ timeout: 1000 });
      await client.end();
    });
    await client.inTransaction(`INSERT INTO orders VALUES ('${name}')`, async (transaction) => {
      await own.enqueue(note, odd, { transaction, jobId: 'one', tags: ['t'] });
      const known = await own.enqueue(note, odd, { transaction, jobId: 'one' });
      expect(known).toMatchObject({ id: 'one', duplicate: true, payload: odd, tags: ['t'] });
      expect(await own.getStats()).toMatchObject({ total: 0 });
    });
    expect(await own.getStats()).toMatchObject({ waiting: 1 });
    await own.process();
    expect(await own.waitFor('one')).toEqual({ got: odd.text });
    const { rows } = await pool.query('SELECT id FROM orders WHERE id LIKE $1', [`${name}%`]);
    expect(rows).toHaveLength(2);
  });

  test('says by its code why the server refused a call', async () => {
    client = start();
    const own = createQueue({ postgres: server.url, jobs: [note], name: `${name} refused` });
    await own.getStats();
    const holder = await pool.connect();
    onTestFinished(async () => {
      await holder.query('ROLLBACK');
      holder.release();
      await own.close({ timeout: 1000 });
      await client.end();
    });
    await holder.query('BEGIN; LOCK TABLE philjs_jobs.jobs IN EXCLUSIVE MODE');
    const refused = client.inTransaction('SET LOCAL lock_timeout = 50', async (transaction) => {
      await own.enqueue(note, odd, { transaction });
    });
    const expected = { code: 'JOBS_BACKEND_UNAVAILABLE', details: { code: '55P03' } };
    await expect(refused).rejects.toMatchObject(expected);
  });

  test('stores a batch with the rows', async () => {
    client = start();
    const size = defineJob({
      name: 'size',
      handler: (payload: typeof odd) => payload.list.length,
    });
    const sum = defineJob({
      name: 'sum',
      handler: async (_: undefined, ctx) => (await ctx.dependencies()).resultsOf(size),
    });
    const own = createQueue({ postgres: server.url, jobs: [size, sum], name: `${name} batch` });
    onTestFinished(async () => {
      await own.close({ timeout: 1000 });
      await client.end();
    });
    await client.inTransaction(
      `INSERT INTO orders VALUES ('${name} batch')`,
      async (transaction) => {
        const items = [1, 2].map(() => ({ job: size, payload: odd }));
        const then = step(sum, undefined, { jobId: 'sum ? $1 \u0000' });
        await own.enqueueMany(batch(items, { then }), { transaction });
        expect(await own.getStats()).toMatchObject({ total: 0 });
      },
    );
    expect(await own.getStats()).toMatchObject({ waiting: 2, blocked: 1 });
    await own.process();
    expect(await own.waitFor('sum ? $1 \u0000')).toEqual([3, 3]);
  });

  test('leaves neither rows nor jobs when it is rolled back', async () => {
    client = start();
    const own = createQueue({ postgres: server.url, jobs: [note], name: `${name} undone` });
    onTestFinished(async () => {
      await own.close();
      await client.end();
    });
    const failed = client.inTransaction(
      `INSERT INTO orders VALUES ('undone ${name}')`,
      async (transaction) => {
        const items = [1, 2, 3].map(() => ({ job: note, payload: odd }));
        await own.enqueueMany(items, { transaction });
        throw new Error('undone');
      },
    );
    await expect(failed).rejects.toThrow('undone');
    expect(await own.getStats()).toMatchObject({ total: 0 });
    const { rows } = await pool.query("SELECT id FROM orders WHERE id LIKE 'undone%'");
    expect(rows).toEqual([]);
  });
});

test.each([
  ['of several queues', 1],
  ['of several calls', 1100],
])('stores jobs %s by the connection of the transaction alone', async (_, count) => {
  const own = new pg.Pool({ connectionString: server.url, max: 2 });
  const bill = defineJob({ name: 'bill', handler: () => undefined });
  const mail = defineJob({ name: 'mail', handler: () => undefined });
  const queues = createQueues(
    { bills: { jobs: [bill] }, mails: { jobs: [mail] } },
    { postgres: own, backendTimeout: 2000 },
  );
  onTestFinished(async () => {
    await queues.get('bills').clear();
    await queues.get('mails').clear();
    await queues.close();
    await own.end();
  });
  await queues.getStats();
  const [client, other] = [await own.connect(), await own.connect()];
  const items = [bill, mail].flatMap((job) => {
    return Array.from({ length: count }, (_item, n) => ({
      ...{ job, payload: undefined },
      options: { jobId: `job-${n}` },
    }));
  });
  try {
    await client.query('BEGIN');
    await queues.enqueueMany(items, { transaction: client });
    await client.query('COMMIT');
  } finally {
    client.release();
    other.release();
  }
  const waiting = { waiting: count };
  expect(await queues.getStats()).toMatchObject({ bills: waiting, mails: waiting });
});

test('refuses the client itself, on which a call would not belong to the transaction', async () => {
  const client = postgres(server.url);
  const builder = knex({ client: 'pg', connection: server.url });
  onTestFinished(async () => {
    await client.end();
    await builder.destroy();
  });
  const db = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) });
  const details = expect.objectContaining({ field: 'transaction' });
  const refused = { code: 'JOBS_INVALID_ARGUMENT', details };
  for (const make of [
    () => fromPostgresJs(client),
    () => fromKnex(builder),
    () => fromKysely(db),
    () => fromDrizzle(drizzle(pool), sql),
    () => fromDrizzle(drizzleOnPostgresJs(client), sql),
    () => fromKnex(undefined as never),
    () => fromKysely({} as never),
    () => fromPostgresJs(null as never),
    () => fromDrizzle({} as never, sql),
    () => fromDrizzle({ execute: async () => [] }, undefined as never),
  ]) {
    expect(make).toThrow(expect.objectContaining(refused));
  }
  const own = await pool.connect();
  try {
    expect(fromDrizzle(drizzle(own), sql)).toHaveProperty('query');
  } finally {
    own.release();
  }
});
