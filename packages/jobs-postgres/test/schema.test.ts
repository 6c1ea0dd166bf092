import { readFileSync } from 'node:fs';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-testkit';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createQueue, migrationSql, type PostgresQueueOptions } from '../src/index.ts';

const double = defineJob({ name: 'double', handler: async (n: number) => n * 2 });
const away = { code: 'JOBS_BACKEND_UNAVAILABLE' };

/** Undoes version 13. */
const WITH_TWO_ANSWERS = `ALTER TABLE holders ADD COLUMN sequence float8, ADD COLUMN answer json,
  ADD COLUMN previous_sequence float8, ADD COLUMN previous_answer json;
  UPDATE holders SET sequence = sequence_3, answer = answer_3, previous_sequence = sequence_2, previous_answer = answer_2;
  ALTER TABLE holders ${[0, 1, 2, 3].map((at) => `DROP COLUMN sequence_${at}, DROP COLUMN answer_${at}`).join(', ')};`;
/** Undoes version 26. */
const WITH_ALL_ARRIVALS = `ALTER TABLE fair_classes DROP COLUMN seen;
  ALTER TABLE arrivals DROP COLUMN added, ADD PRIMARY KEY (queue, entry);`;
/** Undoes version 47, but for the tables of version 46. */
const WITHOUT_ROUNDS = `DROP TABLE rosters; DROP SEQUENCE charges;
  ALTER TABLE fair_classes DROP COLUMN roster_keys, DROP COLUMN roster_start, DROP COLUMN settling;`;
/** Undoes version 44, and what came after it. */
const WITHOUT_ROSTERS = `${WITHOUT_ROUNDS} ALTER TABLE fair_classes DROP COLUMN roster_size, DROP COLUMN roster_taken,
  DROP COLUMN roster_goes_on, DROP COLUMN calm, DROP COLUMN roster_at;`;

let server: PostgresServer;
let pool: pg.Pool;
const opened: IQueue[] = [];

function open(options: PostgresQueueOptions = {}): IQueue {
  const queue = createQueue({ postgres: server.url, jobs: [double], ...options });
  opened.push(queue);
  return queue;
}

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

it('makes its tables once, however many processes start at once', async () => {
  const schema = 'started "at" once';
  const pools = Array.from({ length: 5 }, () => new pg.Pool({ connectionString: server.url }));
  const queues = pools.map((postgres) => open({ postgres, schema }));
  await Promise.all(queues.map((queue) => queue.enqueue(double, 1)));
  expect(await queues[0]?.getStats()).toMatchObject({ waiting: 5 });
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  await Promise.all(pools.map((each) => each.end()));
});

it.each(['a$$b', 'a$philjs$b', "a'b", 'UPPER ?', '@.'])('runs in the schema %s', async (schema) => {
  const queue = open({ schema, name: schema });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 2))).toBe(4);
  expect(await queue.getStats()).toMatchObject({ completed: 1 });
});

it('keeps schemas and names apart', async () => {
  await open({ schema: 'one' }).enqueue(double, 1);
  await open({ schema: 'one', name: 'other' }).enqueue(double, 1);
  expect(await open({ schema: 'two' }).getStats()).toMatchObject({ total: 0 });
  expect(await open({ schema: 'one' }).getStats()).toMatchObject({ waiting: 1 });
});

it('changes nothing with `migrate: false`, and runs on what `migrationSql` made', async () => {
  await expect(open({ schema: 'own', migrate: false }).getStats()).rejects.toMatchObject(away);
  await pool.query(migrationSql('own'));
  const queue = open({ schema: 'own', migrate: false });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 4))).toBe(8);
});

it('needs no superuser and no extension', async () => {
  await pool.query(`CREATE ROLE clerk LOGIN; CREATE SCHEMA desk AUTHORIZATION clerk`);
  const url = new URL(server.url);
  url.username = 'clerk';
  const queue = open({ postgres: url.href, schema: 'desk' });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 4))).toBe(8);
});

it('brings a schema of version 2 up to date, and keeps its jobs', async () => {
  const before = open({ schema: 'older' });
  const { id } = await before.enqueue(double, 4);
  await before.close();
  await pool.query(`
    SET search_path TO older;
    DROP FUNCTION note_ending(), place_job(), note_turn() CASCADE;
    DROP TABLE arrivals CASCADE;
    DROP TABLE edges, endings, fair_classes, shares, share_lines, rosters CASCADE;
    DROP SEQUENCE charges;
    ALTER TABLE queues DROP COLUMN policy, DROP COLUMN age_per_priority, DROP COLUMN order_revision, DROP COLUMN is_moving,
      DROP COLUMN moved_rank, DROP COLUMN moved_turn, DROP COLUMN moved_id;
    ALTER TABLE jobs DROP COLUMN fair_key, DROP COLUMN weight, DROP COLUMN deadline_at, DROP COLUMN order_revision,
      DROP COLUMN class, DROP COLUMN number, DROP COLUMN arrived_at, DROP COLUMN charge;
    ALTER TABLE lines DROP COLUMN number, DROP COLUMN arrival;
    CREATE INDEX lines_open ON lines (queue, name, keyed, rank, turn) WHERE opens_at IS NULL;
    DROP INDEX jobs_blocked;
    ALTER TABLE jobs DROP COLUMN node, DROP COLUMN waits_for, DROP COLUMN open_deps, DROP COLUMN failed_deps,
      DROP COLUMN doomed, DROP COLUMN awaited, DROP COLUMN tags, DROP COLUMN timeout_ms;
    DROP SEQUENCE nodes;
    ALTER TABLE workers DROP COLUMN asked;
    DROP FUNCTION new_jobs(json);
    CREATE FUNCTION new_jobs(json) RETURNS TABLE (place bigint) LANGUAGE sql AS 'SELECT 1::bigint';
    DROP FUNCTION see_worker(int, text, text, float8, float8);
    CREATE FUNCTION see_worker(int, text, text, float8, float8) RETURNS void LANGUAGE sql AS '';
    ${WITH_TWO_ANSWERS}
    UPDATE layout SET version = 2;
    RESET search_path`);
  const queue = open({ schema: 'older' });
  const tagged = await queue.enqueue(double, 5, { tags: ['new'], timeout: 60_000 });
  await queue.process();
  expect(await queue.waitFor(id)).toBe(8);
  expect(await queue.waitFor(tagged)).toBe(10);
  expect((await queue.getJobs({ tags: 'new' })).jobs).toMatchObject([{ timeout: 60_000 }]);
});

it('brings a schema of version 9 up to date, whose functions answer in another form', async () => {
  const before = open({ schema: 'ninth', order: 'fair' });
  const { id } = await before.enqueue(double, 4);
  await before.close();
  const changed = [
    'exchange(int, text, float8, json, int, float8, float8, text)',
    'hand_out(int, text, int, float8, float8)',
    'hand_out_by_number(int, text, int, float8, float8)',
    'start_jobs(int, text, text[], float8, float8)',
    'start_charged(int, text, text[], float8[], float8[], float8[], float8, float8)',
  ];
  await pool.query(`SET search_path TO ninth;
    ${changed
      .map((signature) => {
        // By its name: it has other arguments by now, perhaps.
        return `DROP FUNCTION ${signature.replace(/\(.*/, '')};
          CREATE FUNCTION ${signature} RETURNS SETOF jobs LANGUAGE sql AS 'SELECT * FROM jobs WHERE false';`;
      })
      .join('')}
    ALTER TABLE lines DROP COLUMN arrival;
    ALTER TABLE fair_classes DROP COLUMN low;
    CREATE INDEX lines_open ON lines (queue, name, keyed, rank, number, turn) WHERE opens_at IS NULL;
    ${WITH_TWO_ANSWERS}
    ${WITH_ALL_ARRIVALS}
    ${WITHOUT_ROSTERS}
    UPDATE layout SET version = 9;
    RESET search_path`);
  const queue = open({ schema: 'ninth', order: 'fair' });
  await queue.process();
  expect(await queue.waitFor(id)).toBe(8);
});

it('brings a schema of version 11 up to date, and keeps the turns of its keys', async () => {
  const started: string[] = [];
  const turn = defineJob({
    name: 'turn',
    fairKey: (text: string) => text.slice(0, 1),
    handler: async (text: string) => started.push(text),
  });
  const before = open({ schema: 'eleventh', order: 'fair', jobs: [turn] });
  await before.enqueueMany(['a1', 'a2', 'a3', 'b1'].map((payload) => ({ job: turn, payload })));
  expect(await before.explain((await before.getJobs()).jobs[0]?.id as string)).toMatchObject({
    place: { otherKeys: 1 },
  });
  await before.close();
  await pool.query(`SET search_path TO eleventh;
    ALTER TABLE fair_classes DROP COLUMN low;
    DELETE FROM fair_classes;
    ${WITH_TWO_ANSWERS}
    ${WITH_ALL_ARRIVALS}
    ${WITHOUT_ROSTERS}
    UPDATE layout SET version = 11;
    RESET search_path`);
  const queue = open({ schema: 'eleventh', order: 'fair', jobs: [turn], concurrency: 1 });
  await queue.process();
  await expect.poll(() => started).toEqual(['a1', 'b1', 'a2', 'a3']);
});

it('brings a schema of version 12 up to date, and repeats the answers that were kept', async () => {
  const before = open({ schema: 'twelfth' });
  const { id } = await before.enqueue(double, 4);
  await before.close();
  const exchange = async (sequence: number): Promise<unknown[]> => {
    const { rows } = await pool.query(
      `SELECT header -> 'refused' AS refused, id FROM twelfth.exchange(1, 'holder', $1, $2, 1, 30000, 1, '{}')`,
      [sequence, sequence === 7 ? '[{"id":"gone","token":1,"type":"unstarted"}]' : null],
    );
    return rows;
  };
  const [first, second] = [await exchange(6), await exchange(7)];
  expect(first[1]).toMatchObject({ id });
  await pool.query(`SET search_path TO twelfth;
    ${WITH_TWO_ANSWERS}
    ${WITH_ALL_ARRIVALS}
    ${WITHOUT_ROSTERS}
    UPDATE layout SET version = 12;
    RESET search_path`);
  await open({ schema: 'twelfth' }).getStats();
  expect([await exchange(6), await exchange(7)]).toEqual([first, second]);
});

it('brings a schema of version 25 up to date, and starts jobs of keys that no exchange has seen', async () => {
  const started: string[] = [];
  const turn = defineJob({
    name: 'turn',
    fairKey: (text: string) => text.slice(0, 1),
    handler: async (text: string) => started.push(text),
  });
  const before = open({ schema: 'before26', order: 'fair', jobs: [turn] });
  await before.enqueue(turn, 'a1');
  expect(
    (await before.explain((await before.getJobs()).jobs[0]?.id as string)).place,
  ).toBeDefined();
  await before.enqueueMany(['b1', 'a2', 'c1'].map((payload) => ({ job: turn, payload })));
  await before.close();
  await pool.query(`SET search_path TO before26;
    ${WITH_ALL_ARRIVALS}
    ${WITHOUT_ROSTERS}
    UPDATE layout SET version = 25;
    RESET search_path`);
  const queue = open({ schema: 'before26', order: 'fair', jobs: [turn], concurrency: 1 });
  await queue.process();
  await queue.enqueue(turn, 'd1');
  await expect.poll(() => [...started].sort()).toEqual(['a1', 'a2', 'b1', 'c1', 'd1']);
});

it('brings a schema of version 28 up to date, whose functions took temporary tables for theirs', async () => {
  const before = open({ schema: 'before29' });
  await before.getStats();
  await before.close();
  const paths = `FROM pg_proc WHERE pronamespace = 'before29'::regnamespace AND proconfig::text LIKE '%search_path%'`;
  const { rows } = await pool.query(`SELECT oid::regprocedure::text AS name ${paths}`);
  const alter = rows.map(({ name }) => `ALTER FUNCTION ${name} SET search_path TO before29;`);
  await pool.query(`${alter.join('')} SET search_path TO before29; ${WITHOUT_ROSTERS} RESET search_path;
    UPDATE before29.layout SET version = 28`);
  await open({ schema: 'before29' }).getStats();
  const left = await pool.query(`SELECT proname ${paths} AND proconfig::text NOT LIKE '%pg_temp%'`);
  expect([rows.length > 0, left.rows]).toEqual([true, []]);
});

it('brings a schema of version 46 up to date, and charges the starts that were written down in advance', async () => {
  const started: string[] = [];
  const turn = defineJob({
    name: 'turn',
    fairKey: (text: string) => text.slice(0, 1),
    handler: async (text: string) => started.push(text),
  });
  const before = open({ schema: 'before47', order: 'fair', jobs: [turn] });
  const texts = ['a1', 'b1', 'c1', 'a2', 'b2'];
  await before.enqueueMany(texts.map((payload) => ({ job: turn, payload })));
  const first = (await before.getJobs()).jobs[0]?.id as string;
  expect((await before.explain(first)).place).toMatchObject({ otherKeys: 2 });
  await before.close();
  const old = readFileSync(new URL('./fixtures/rosters-46.sql', import.meta.url), 'utf8');
  await pool.query(`SET search_path TO before47;
    ${WITHOUT_ROUNDS} ${old}
    INSERT INTO rosters SELECT j.queue, 0, array_agg(j.ctid ORDER BY j.turn), array_agg(j.turn ORDER BY j.turn),
      array_agg(j.fair_key ORDER BY j.turn), '{0,0,0,1,1}', '{1,2,3,101,102}', '{101,102,103,104,105}', '{f,f,t,t,t}'
      FROM jobs j GROUP BY j.queue;
    UPDATE fair_classes SET roster_size = 5, roster_taken = 1, calm = 300;
    DELETE FROM jobs WHERE payload = '"a1"';
    UPDATE layout SET version = 46;
    RESET search_path`);
  const queue = open({ schema: 'before47', order: 'fair', jobs: [turn], concurrency: 1 });
  await queue.process();
  await expect.poll(() => started).toEqual(['b1', 'c1', 'a2', 'b2']);
});

it('brings a schema of version 46 up to date beside a worker that ends jobs and starts others', async () => {
  const options = { schema: 'beside47', order: 'fair' } as const;
  const before = open(options);
  await before.enqueue(double, 1);
  await before.close();
  const old = readFileSync(new URL('./fixtures/rosters-46.sql', import.meta.url), 'utf8');
  await pool.query(`SET search_path TO beside47; ${WITHOUT_ROUNDS} ${old}
    UPDATE layout SET version = 46; RESET search_path`);
  const worker = await pool.connect();
  try {
    await worker.query('BEGIN; UPDATE beside47.jobs SET payload = payload');
    const migrated = pool.query(migrationSql('beside47', 46));
    migrated.catch(() => undefined);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%beside47%'`;
    await expect.poll(async () => (await pool.query(waits)).rowCount).toBeGreaterThan(0);
    await worker.query('SELECT beside47.lock_limits(queue) FROM beside47.queues; COMMIT');
    await migrated;
    expect(await open(options).getStats()).toMatchObject({ waiting: 1 });
  } finally {
    worker.release(true);
  }
});

it('refuses a schema of a later version', async () => {
  await open({ schema: 'later' }).getStats();
  await pool.query('UPDATE later.layout SET version = 99');
  await expect(open({ schema: 'later' }).getStats()).rejects.toMatchObject(away);
});

it('makes no later tables those of an earlier version again', async () => {
  await open({ schema: 'forward' }).getStats();
  const { rows } = await pool.query('UPDATE forward.layout SET version = 99 RETURNING version');
  const client = await pool.connect();
  await expect(client.query(migrationSql('forward', 27))).rejects.toThrow(/version 99.* 27/);
  client.release(true);
  expect((await pool.query('SELECT version FROM forward.layout')).rows).toEqual(rows);
});

it('works without LISTEN, by looking', async () => {
  const queue = open({ schema: 'pooled', listen: false });
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  await queue.process();
  const other = open({ schema: 'pooled', listen: false });
  expect(await other.waitFor(await other.enqueue(double, 5))).toBe(10);
});

it('takes a pool of the user and leaves it open', async () => {
  const queue = open({ postgres: pool, schema: 'lent' });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(double, 6))).toBe(12);
  await queue.close();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});
