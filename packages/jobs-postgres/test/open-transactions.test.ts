import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

/** Begins a transaction, which ends with the test. */
async function begin(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('BEGIN');
  onTestFinished(() => client.end());
  return client;
}

it.each(['one', 'alike', 'keyed', 'limited', 'fair'])(
  'starts jobs whose time has come while a transaction that stored others stays open (%s)',
  async (how) => {
    const late = defineJob({
      name: 'late',
      ...(how === 'limited' && { concurrency: 4 }),
      handler: (n: number) => n,
    });
    const order = how === 'fair' ? { order: 'fair' as const } : {};
    const queue = createQueue({
      ...{ name: how, postgres: server.url, jobs: [late], concurrency: 4 },
      ...order,
    });
    onTestFinished(() => queue.close());
    await queue.pause();
    const items = [1, 2, 3].map((payload) => ({ job: late, payload, options: { delay: 100 } }));
    const due = await queue.enqueueMany(items);
    await sleep(200);
    const transaction = await begin();
    const soon = [4, 5].map((payload) => ({ job: late, payload }));
    if (how === 'alike') await queue.enqueueMany(soon, { transaction });
    else {
      const deduplicate = how === 'keyed' ? { deduplicate: 'key' } : {};
      await queue.enqueue(late, 4, { transaction, ...deduplicate });
    }
    await queue.resume();
    await queue.process();
    const results = due.map((job) => queue.waitFor(job, { timeout: 60_000 }));
    expect(await Promise.all(results)).toEqual([1, 2, 3]);
    await transaction.query('COMMIT');
    await expect
      .poll(() => queue.getStats())
      .toMatchObject({ completed: how === 'alike' ? 5 : 4, waiting: 0 });
  },
);

it('ends the job that holds a key while a transaction that met the key stays open', async () => {
  let end = (): void => undefined;
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  const once = defineJob({ name: 'once', deduplicate: () => 'key', handler: () => ending });
  const other = defineJob({ name: 'other', handler: (n: number) => n });
  const queue = createQueue({
    name: 'met',
    postgres: server.url,
    jobs: [once, other],
    concurrency: 2,
  });
  onTestFinished(() => queue.close());
  await queue.process();
  const holder = await queue.enqueue(once, undefined);
  await expect.poll(async () => (await queue.getJob(holder.id))?.status).toBe('active');
  const transaction = await begin();
  const met = await queue.enqueue(once, undefined, { transaction });
  expect(met).toMatchObject({ id: holder.id, duplicate: true });
  end();
  await queue.waitFor(holder, { timeout: 60_000 });
  expect(await queue.waitFor(await queue.enqueue(other, 1), { timeout: 60_000 })).toBe(1);
  await transaction.query('COMMIT');
});

it('ends and starts other jobs, and keeps all leases, while a transaction holds a job that runs', async () => {
  let [ran, end] = [0, (): void => undefined];
  const ending = new Promise<void>((resolve) => {
    end = resolve;
  });
  const held = defineJob({ name: 'held', handler: () => ending });
  const long = defineJob({ name: 'long', handler: () => sleep(9_000) });
  const other = defineJob({ name: 'other', handler: () => ++ran });
  const options = { name: 'held', jobs: [held, long, other], concurrency: 4, lockDuration: 3_000 };
  const queue = createQueue({ ...options, postgres: server.url });
  const pool = new pg.Pool({ connectionString: server.url });
  const second = createQueue({ ...options, postgres: pool });
  onTestFinished(async () => {
    await Promise.all([queue.close(), second.close()]);
    await pool.end();
  });
  const stalled: string[] = [];
  queue.on('stalled', ({ jobId }) => stalled.push(jobId));
  await queue.process();
  const two = [await queue.enqueue(held, undefined), await queue.enqueue(held, undefined)];
  const slow = await queue.enqueue(long, undefined);
  await expect.poll(async () => (await queue.getStats()).active).toBe(3);
  await second.process();
  const transaction = await begin();
  const within = { transaction, dependsOn: two.map(({ id }) => id) };
  const waits = await queue.enqueue(other, undefined, within);
  await sleep(4_000);
  end();
  for (let n = 1; n <= 5; n++) {
    expect(await queue.waitFor(await queue.enqueue(other, undefined), { timeout: 5_000 })).toBe(n);
  }
  await queue.waitFor(slow, { timeout: 30_000 });
  await transaction.query('COMMIT');
  expect(await queue.waitFor(waits, { timeout: 10_000 })).toBe(6);
  for (const { id } of two) expect(await queue.getJob(id)).toMatchObject({ status: 'completed' });
  expect(stalled).toEqual([]);
});

it.each(['plain', 'limited', 'fair', 'keyed', 'awaited'])(
  'stores, starts, ends, changes and removes others while the transaction of a completion stays open (%s)',
  async (how) => {
    const pool = new pg.Pool({ connectionString: server.url });
    let [completed, commit] = [false, (): void => undefined];
    const committing = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const own = defineJob({
      name: 'own',
      ...(how === 'limited' && { concurrency: 2, rateLimit: { max: 1_000, per: 1_000 } }),
      handler: async (holds: boolean, ctx) => {
        const client = await pool.connect();
        await client.query('BEGIN');
        await ctx.completeIn(client, null);
        completed = true;
        if (holds) await committing;
        await client.query('COMMIT');
        client.release();
      },
    });
    const other = defineJob({ name: 'other', handler: (n: number) => n });
    const options = {
      ...{ name: `completes-${how}`, jobs: [own, other], concurrency: 4 },
      ...(how === 'fair' && { order: 'fair' as const }),
    };
    const queues = [0, 1].map(() =>
      createQueue({ ...options, postgres: new URL(server.url).href }),
    );
    const queue = queues[0] as (typeof queues)[number];
    onTestFinished(async () => {
      commit();
      await Promise.all(queues.map((one) => one.close()));
      await pool.end();
    });
    const of = how === 'fair' ? { fairKey: 'a' } : {};
    const held = await queue.enqueue(own, true, {
      ...of,
      ...(how === 'keyed' && { deduplicate: 'key' }),
      removeOnComplete: { count: 1 },
    });
    if (how === 'awaited') await queue.enqueue(other, 0, { dependsOn: [held.id] });
    for (const one of queues) await one.process();
    await expect.poll(() => completed, { timeout: 30_000 }).toBe(true);
    for (let n = 1; n <= 3; n++) {
      // Meanwhile the workers say that they wait for work.
      await sleep(500);
      const next = await queue.enqueue(other, n, { ...of, removeOnComplete: { count: 1 } });
      expect(await queue.waitFor(next, { timeout: 5_000 })).toBe(n);
      const alike = await queue.enqueue(own, false, of);
      await queue.waitFor(alike, { timeout: 5_000 });
      const later = await queue.enqueue(other, n, { ...of, delay: 60_000 });
      await queue.updateJob(later.id, { priority: 1 });
      await queue.cancelJob(later.id);
      await queue.removeJob(later.id);
    }
    expect((await queue.getJob(held.id))?.status).toBe('active');
    await expect
      .poll(async () => (await queue.getJobs({ name: 'other', status: 'completed' })).jobs.length)
      .toBe(1);
    commit();
    await queue.waitFor(held, { timeout: 10_000 });
  },
);
