import { defineJob, type IQueue } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-faults';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;
let pool: pg.Pool;
const opened: IQueue[] = [];
const pools: pg.Pool[] = [];

beforeAll(async () => {
  server = await PostgresServer.start();
  pool = new pg.Pool({ connectionString: server.url });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((queue) => queue.close()));
  await Promise.all(pools.splice(0).map((each) => each.end()));
});
afterAll(async () => {
  await pool.end();
  await server.stop();
});

/** Opens a queue with connections of its own, as another process would. */
function open<T extends Parameters<typeof createQueue>[0]>(options: T): IQueue {
  const postgres = new pg.Pool({ connectionString: server.url });
  pools.push(postgres);
  const queue = createQueue({ postgres, ...options });
  opened.push(queue);
  return queue;
}

it('keeps limits exactly while many connections claim, end and change jobs, with no deadlock', async () => {
  const active = new Map<string, number>();
  let [all, most, ran] = [0, 0, 0];
  const call = defineJob({
    name: 'call',
    concurrency: [4, { max: 1, key: ({ tenant }: { tenant: string }) => tenant }],
    handler: async ({ tenant }: { tenant: string }) => {
      most = Math.max(most, ++all);
      active.set(tenant, (active.get(tenant) ?? 0) + 1);
      expect(active.get(tenant)).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      active.set(tenant, (active.get(tenant) ?? 0) - 1);
      all -= 1;
      ran += 1;
    },
  });
  const plain: number[] = [];
  const free = defineJob({ name: 'free', handler: () => void plain.push(1) });
  const queues = [1, 2, 3].map(() => open({ jobs: [call, free], concurrency: 8 }));
  const [first] = queues as [IQueue];
  const items = Array.from({ length: 120 }, (_, n) => ({
    job: call,
    payload: { tenant: `t${n % 6}` },
  }));
  const jobs = await first.enqueueMany(items);
  await first.enqueueMany(Array.from({ length: 60 }, () => ({ job: free, payload: undefined })));
  await Promise.all(queues.map((queue) => queue.process()));
  // Meanwhile others change and remove what waits, and the limits.
  const doomed = jobs.slice(-20);
  for (const [index, { id }] of doomed.entries()) {
    await first.updateJob(id, { priority: index % 3 }).catch(() => undefined);
    await first.setLimits('call', index % 2 === 0 ? { concurrency: 3 } : null);
    await first.cancelJob(id);
  }
  for (const { id } of jobs.slice(0, 100)) await first.waitFor(id);
  await expect.poll(() => plain.length).toBe(60);
  expect(most).toBeLessThanOrEqual(4);
  expect(ran).toBeGreaterThanOrEqual(100);
  const { rows } = await pool.query(
    'SELECT sum(deadlocks)::int AS deadlocks FROM pg_stat_database',
  );
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

it('claims plain jobs past any number of limited ones that may not start', async () => {
  const call = defineJob({ name: 'call', handler: () => undefined });
  const free = defineJob({ name: 'free', handler: () => 'passed by' });
  const queue = open({ name: 'past', jobs: [call, free] });
  await queue.pauseJobs('call');
  await queue.enqueueMany(Array.from({ length: 3_000 }, () => ({ job: call, payload: undefined })));
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(free, undefined))).toBe('passed by');
  const { rows } = await pool.query(
    `SELECT count(*)::int AS jobs FROM philjs_jobs.jobs JOIN philjs_jobs.queues q USING (queue)
      WHERE q.name = 'past' AND limited`,
  );
  expect(rows).toEqual([{ jobs: 3_000 }]);
});

it('clears the jobs that limits keep apart along with the others', async () => {
  const call = defineJob({ name: 'call', concurrency: 1, handler: () => undefined });
  const free = defineJob({ name: 'free', handler: () => undefined });
  const queue = open({ name: 'cleared', jobs: [call, free] });
  await queue.pauseJobs('call');
  await queue.enqueueMany([call, call, call].map((job) => ({ job, payload: undefined })));
  await queue.process();
  const count = async (): Promise<number> => {
    const { rows } = await pool.query(
      `SELECT count(*)::int AS jobs FROM philjs_jobs.jobs JOIN philjs_jobs.queues q USING (queue)
        WHERE q.name = 'cleared' AND limited`,
    );
    return rows[0].jobs;
  };
  await expect.poll(count).toBe(3);
  await queue.pause();
  await queue.enqueue(free, undefined);
  await queue.clear();
  expect(await queue.getStats()).toMatchObject({ waiting: 0, total: 0 });
});

it('leaves nothing of the job by which a connection makes its plans', async () => {
  const job = defineJob({ name: 'job', concurrency: 1, handler: () => 'ran' });
  const queue = open({ name: 'warm', jobs: [job] });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(job, undefined))).toBe('ran');
  await pool.query('SELECT philjs_jobs.warm_limits(1)');
  const left = ['jobs', 'limits', 'lines', 'starts', 'counts', 'openings'].map(
    (table) => `SELECT queue FROM philjs_jobs.${table} WHERE queue < 0`,
  );
  expect((await pool.query(left.join(' UNION ALL '))).rows).toEqual([]);
});
