import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PostgresServer, RedisServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { chain, createQueue, defineJob, type Queue, Scheduler, step } from '../src/index.ts';
import { type CliAnswer, callCli } from './cli-trial.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const CLI = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const MANY = 4_000;

let postgres: PostgresServer;
let redis: RedisServer;
let folder: string;
let schemas = 0;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([PostgresServer.start(), RedisServer.start()]);
  folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
});
afterAll(async () => {
  await Promise.all([postgres.stop(), redis.stop()]);
  rmSync(folder, { recursive: true });
});

/** Makes a job whose runs are listed, and queues for it that are closed with the test. */
function desk() {
  const ran: number[] = [];
  const note = defineJob({
    name: 'note',
    handler: async (n: number) => {
      ran.push(n);
    },
  });
  const open = (options: object): Queue => {
    const queue = createQueue({ name: 'default', jobs: [note], logger: quiet, ...options });
    onTestFinished(() => queue.close({ timeout: 1000 }));
    return queue;
  };
  return { ran, note, open };
}

const newPath = (): string => join(folder, `${schemas++}.sqlite`);
const newSchema = (): string => `copied_${schemas++}`;

async function copy(from: string, to: string, ...more: string[]): Promise<CliAnswer> {
  const args = ['--json', 'copy', '--from', from, '--to', to, '--yes', ...more];
  return callCli(args, { cwd: folder });
}

test('finds that both addresses lead to the same store, and leaves its queue as it was', async () => {
  const { note, open } = desk();
  const queue = open({ redis: redis.url });
  await queue.enqueue(note, 1, { delay: 3_600_000 });
  const { port } = new URL(redis.url);
  const answer = await copy(redis.url, `redis://localhost:${port}/0`);
  expect(answer).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('same store'),
  });
  expect(await queue.isPaused()).toBe(false);
  await queue.clear();
});

test('copies what is to run, in its order, with schedules, and the second time nothing', async () => {
  const { ran, note, open } = desk();
  const path = newPath();
  const schema = newSchema();
  const old = open({ path });
  await old.enqueue(note, 1, { jobId: 'low' });
  await old.enqueue(note, 2, { jobId: 'high', priority: 5 });
  await old.enqueue(note, 3, { jobId: 'low too', tags: ['t'], metadata: { tenant: 'a' } });
  await old.enqueue(note, 4, { jobId: 'later', delay: 3_600_000 });
  await old.enqueue(note, 7, { jobId: 'seven', deduplicate: 'seven' });
  await new Scheduler(old).schedule(note, { id: 'daily', cron: '0 9 * * *', payload: 9 });

  const addresses = [`sqlite:${path}`, postgres.url, '--schema', schema] as const;
  const first = JSON.parse((await copy(...addresses)).stdout);
  expect(first).toEqual({
    complete: true,
    queues: [
      {
        queue: 'default',
        delayed: { copied: 1, known: 0, left: 0 },
        waiting: { copied: 4, known: 0, left: 0 },
        blocked: { copied: 0, known: 0, left: 0 },
        schedules: { copied: 1, known: 0, left: 0 },
        active: 0,
      },
    ],
  });
  const again = JSON.parse((await copy(...addresses)).stdout);
  expect(again.queues[0]).toMatchObject({
    waiting: { copied: 0, known: 4 },
    delayed: { copied: 0, known: 1 },
    schedules: { copied: 0, known: 1 },
  });

  const queue = open({ postgres: postgres.url, schema });
  expect(await queue.isPaused()).toBe(true);
  expect(await old.isPaused()).toBe(true);
  expect(await queue.getJob('low too')).toMatchObject({ tags: ['t'], metadata: { tenant: 'a' } });
  const [before, after] = [await old.getJob('later'), await queue.getJob('later')];
  expect(after).toMatchObject({ runAt: before?.runAt, createdAt: before?.createdAt });
  const known = await queue.enqueue(note, 7, { deduplicate: 'seven' });
  expect(known).toMatchObject({ id: 'seven', duplicate: true });
  expect(await new Scheduler(queue).getScheduledJob('daily')).toMatchObject({ cron: '0 9 * * *' });
  await queue.resume();
  await queue.process();
  await queue.waitFor('seven');
  expect(ran).toEqual([2, 1, 3, 7]);
});

test('copies the order of a queue, and what its jobs are sorted by', async () => {
  const { ran, note, open } = desk();
  const schema = newSchema();
  const old = open({ redis: redis.url, prefix: 'ordered', order: 'fair' });
  for (const n of [1, 2, 3]) await old.enqueue(note, n, { fairKey: 'big' });
  const deadline = new Date(1_900_000_000_000);
  const last = await old.enqueue(note, 4, { fairKey: 'small', weight: 2, deadline });
  await copy(redis.url, postgres.url, '--prefix', 'ordered', '--schema', schema);
  const queue = open({ postgres: postgres.url, schema, concurrency: 1 });
  expect(await queue.getOrder()).toEqual({ policy: 'fair' });
  expect(await queue.getJob(last.id)).toMatchObject({ fairKey: 'small', weight: 2, deadline });
  await queue.resume();
  await queue.process();
  await expect.poll(() => ran).toHaveLength(4);
  expect(ran).toEqual([4, 1, 2, 3]);
});

test('copies jobs that wait for others, which run after those', async () => {
  const { ran, note, open } = desk();
  const path = newPath();
  const schema = newSchema();
  const old = open({ path });
  const one = await old.enqueue(note, 1, { jobId: 'one' });
  const two = await old.enqueue(note, 2, { jobId: 'two', dependsOn: [one] });
  await old.enqueue(note, 3, { jobId: 'three', dependsOn: [one, two], priority: 9 });

  const addresses = [`sqlite:${path}`, postgres.url, '--schema', schema] as const;
  const { queues, complete } = JSON.parse((await copy(...addresses)).stdout);
  expect(complete).toBe(true);
  expect(queues[0]).toMatchObject({ waiting: { copied: 1 }, blocked: { copied: 2, left: 0 } });
  const again = JSON.parse((await copy(...addresses)).stdout);
  expect(again.queues[0]).toMatchObject({ blocked: { copied: 0, known: 2 } });

  const queue = open({ postgres: postgres.url, schema });
  expect(await queue.getJob('three')).toMatchObject({ status: 'blocked', priority: 9 });
  await queue.resume();
  await queue.process();
  await queue.waitFor('three');
  expect(ran).toEqual([1, 2, 3]);
});

test('copies what a job does when one fails, and none that is to fail', async () => {
  const { note, open } = desk();
  const fails = defineJob({
    name: 'fails',
    attempts: 1,
    handler: async () => {
      throw new Error('no');
    },
  });
  const [from, to] = [newPath(), newPath()];
  const old = open({ path: from, jobs: [note, fails] });
  const one = await old.enqueue(fails);
  const both = { jobId: 'goes-on', dependsOn: [one], onDependencyFailure: 'continue' } as const;
  await old.enqueue(note, 1, both);
  await old.enqueue(note, 2, { jobId: 'fails-too', dependsOn: [one] });
  const gone = await old.enqueue(note, 3);
  await old.enqueue(note, 4, { jobId: 'doomed', dependsOn: [gone] });
  await old.removeJob(gone.id);

  const copied = await copy(`sqlite:${from}`, `sqlite:${to}`);
  expect(copied.code).toBe(1);
  const { queues, complete } = JSON.parse(copied.stdout);
  expect(complete).toBe(false);
  expect(queues[0]).toMatchObject({ blocked: { copied: 2, left: 1 } });

  const queue = open({ path: to, jobs: [note, fails] });
  await queue.resume();
  await queue.process();
  await queue.waitFor('goes-on');
  await expect(queue.waitFor('fails-too')).rejects.toMatchObject({
    code: 'JOBS_DEPENDENCY_FAILED',
  });
  expect(await queue.getJob('doomed')).toBeUndefined();
});

test('copies as many attempts as are left', async () => {
  const { open } = desk();
  const path = newPath();
  const failing = defineJob({
    name: 'failing',
    attempts: 3,
    backoff: { type: 'fixed', delay: 3_600_000 },
    handler: async () => {
      throw new Error('not yet');
    },
  });
  const old = open({ path, jobs: [failing] });
  await old.process();
  const { id } = await old.enqueue(failing);
  while ((await old.getJob(id))?.status !== 'delayed') await sleep(20);
  await old.stop();
  expect(await copy(`sqlite:${path}`, redis.url)).toMatchObject({ code: 0 });
  expect(await open({ redis: redis.url }).getJob(id)).toMatchObject({
    status: 'delayed',
    maxAttempts: 2,
    attemptsMade: 0,
  });
});

test('takes along what steps have stored, with signals, also of a job that sleeps', async () => {
  const { open } = desk();
  const ran: string[] = [];
  const order = defineJob({
    name: 'order',
    handler: async (_payload: undefined, ctx) => {
      const charge = await ctx.step('charge', () => `ch_${ran.push('charge')}`);
      const { by } = (await ctx.waitFor('approved')) as { by: string };
      return `${charge} by ${by}`;
    },
  });
  const ship = defineJob({
    name: 'ship',
    handler: (_payload: undefined, ctx) => ctx.waitFor('sent'),
  });
  const path = newPath();
  const from = open({ path, jobs: [order, ship] });
  const waits = await from.enqueue(order, undefined);
  await from.process();
  await expect.poll(async () => (await from.getJob(waits.id))?.status).toBe('delayed');
  await from.stop();
  // Before its first run, and behind another job.
  const early = await from.enqueue(ship, undefined, { dependsOn: [waits] });
  await from.signal(early, 'sent', 'early');
  const schema = newSchema();
  const answer = await copy(`sqlite:${path}`, postgres.url, '--schema', schema);
  expect(answer).toMatchObject({ code: 0 });

  const to = open({ postgres: postgres.url, schema, jobs: [order, ship] });
  await to.resume();
  expect(await to.getSteps(waits)).toMatchObject([
    { name: 'charge', status: 'completed' },
    { name: 'approved', status: 'waiting' },
  ]);
  await to.process();
  await expect.poll(async () => (await to.getJob(waits.id))?.status).toBe('delayed');
  await to.signal(waits, 'approved', { by: 'ada' });
  expect(await to.waitFor(waits.id)).toBe('ch_1 by ada');
  expect(await to.waitFor(early.id)).toBe('early');
  expect(ran).toEqual(['charge']);
});

test('leaves a job that runs, says so, and copies on when it has been put back', async () => {
  const { open } = desk();
  const path = newPath();
  const schema = newSchema();
  let begin: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const slow = defineJob({
    name: 'slow',
    handler: async (_: undefined) => {
      begin();
      await new Promise(() => undefined);
    },
  });
  const old = open({ path, jobs: [slow] });
  await old.process();
  await old.enqueue(slow, undefined);
  await started;
  const addresses = [`sqlite:${path}`, postgres.url, '--schema', schema] as const;
  const first = await copy(...addresses);
  expect({ code: first.code, ...JSON.parse(first.stdout) }).toMatchObject({
    code: 1,
    complete: false,
    queues: [{ active: 1, waiting: { copied: 0 } }],
  });
  await old.stop({ timeout: 0 });
  const second = await copy(...addresses);
  expect({ code: second.code, ...JSON.parse(second.stdout) }).toMatchObject({
    code: 0,
    complete: true,
    queues: [{ active: 0, waiting: { copied: 1 } }],
  });
});

/**
 * Holds up, on PostgreSQL, the application of a name, which is that of the schema too, when it has stored some jobs.
 * Returns how many connections it has, how many of them are held up, and what lets them go on.
 */
async function holdUp(application: string, jobs: number) {
  const client = new pg.Client(postgres.url);
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`
    SELECT pg_advisory_lock(1);
    CREATE FUNCTION ${application}.hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF current_setting('application_name') = '${application}'
        AND (SELECT count(*) FROM ${application}.jobs) >= ${jobs}
      THEN PERFORM pg_advisory_xact_lock(1); END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER hold AFTER INSERT ON ${application}.jobs EXECUTE FUNCTION ${application}.hold()`);
  const count = async (condition: string): Promise<number> => {
    const sql = `SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND ${condition}`;
    return (await client.query(sql, [application])).rows.length;
  };
  return {
    connections: () => count('true'),
    heldUp: () => count(`wait_event = 'advisory'`),
    goOn: () => client.query('SELECT pg_advisory_unlock(1)'),
  };
}

test('killed half-way and called again, it copies each job once', async () => {
  const { ran, note, open } = desk();
  const path = newPath();
  const schema = newSchema();
  const old = open({ path });
  for (let start = 0; start < MANY; start += 1000) {
    const items = Array.from({ length: 1000 }, (_, index) => ({
      job: note,
      payload: 100 + start + index,
      options: index % 4 === 0 ? { delay: 3_600_000 } : {},
    }));
    await old.enqueueMany(items);
  }
  const args = [
    'copy',
    '--from',
    `sqlite:${path}`,
    '--to',
    `${postgres.url}?application_name=${schema}`,
    '--schema',
    schema,
    '--yes',
  ];
  const queue = open({ postgres: postgres.url, schema });
  await queue.getStats();
  const { connections, heldUp, goOn } = await holdUp(schema, MANY / 4);
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, stdio: 'ignore' });
  const ended = once(child, 'exit');
  while ((await heldUp()) === 0) await sleep(2);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  // The server is still at work on what the process last sent.
  await goOn();
  while ((await connections()) > 0) await sleep(2);
  const half = (await queue.getStats()).total;
  expect(half).toBeGreaterThanOrEqual(MANY / 4);
  expect(half).toBeLessThan(MANY);

  const { code, stdout } = await copy(`sqlite:${path}`, postgres.url, '--schema', schema);
  const [report] = JSON.parse(stdout).queues;
  expect(code).toBe(0);
  expect(report.delayed.copied + report.waiting.copied).toBe(MANY - half);
  expect(report.delayed.known + report.waiting.known).toBe(half);
  const { waiting, delayed } = await queue.getStats();
  expect({ waiting, delayed }).toEqual({ waiting: (MANY * 3) / 4, delayed: MANY / 4 });

  await queue.resume();
  await queue.process({ concurrency: 50 });
  while ((await queue.getStats()).waiting + (await queue.getStats()).active > 0) await sleep(50);
  expect([ran.length, new Set(ran).size]).toEqual([waiting, waiting]);
});

test.each([
  ['no addresses', [], /--from/],
  ['an address of no store', ['--from', 'mysql://me:s3cret@h/s', '--to', 'sqlite:a'], /--from/],
  ['one store twice', ['--from', 'sqlite:a', '--to', 'sqlite:a'], /same store/],
])('refuses %s as called wrongly', async (_, flags, says) => {
  const { code, stderr } = await callCli(['copy', ...flags], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(says);
  expect(stderr).not.toContain('s3cret');
});

test('counts without copying, and asks first', async () => {
  const { note, open } = desk();
  const path = newPath();
  const old = open({ path });
  await old.enqueue(note, 1);
  const addresses = ['--from', `sqlite:${path}`, '--to', `sqlite:${newPath()}`];
  const dry = await callCli(['--json', 'copy', ...addresses, '--dry-run'], { cwd: folder });
  expect(JSON.parse(dry.stdout)).toEqual({ queues: ['default'], toCopy: 1 });
  expect(await old.isPaused()).toBe(false);
  expect(await callCli(['copy', ...addresses], { cwd: folder })).toMatchObject({ code: 2 });
});

test('gives a step of a chain the result of the step before, which is not copied', async () => {
  const whole = defineJob({ name: 'whole', handler: (payload: object) => payload });
  const { open } = desk();
  const [from, to] = [newPath(), newPath()];
  const old = open({ path: from, jobs: [whole] });
  await old.process();
  const first = step(whole, { x: 1 }, { jobId: 'first' });
  const second = step(whole, { y: 2 }, { jobId: 'second', delay: 3_600_000 });
  await old.enqueueMany(chain([first, second, step(whole, { z: 3 }, { jobId: 'third' })]));
  await expect.poll(async () => (await old.getJob('second'))?.status).toBe('delayed');
  await old.stop();
  await copy(`sqlite:${from}`, `sqlite:${to}`);
  const queue = open({ path: to, jobs: [whole] });
  await queue.resume();
  await queue.promoteJob('second');
  await queue.process();
  expect(await queue.waitFor('third')).toEqual({ x: 1, y: 2, z: 3 });
  expect((await queue.getJob('second'))?.metadata).toEqual({});
});
