import { RedisServer } from '@philjs/jobs-faults';
import { type Job as BullJob, Worker as BullWorker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';
import { FlowBench, work } from './flow-bench.ts';

let server: RedisServer;
let bench: FlowBench;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bench = new FlowBench(server);
  await bench.open();
});
afterEach(() => bench.close());

/** Runs what BullMQ can take, as a worker of its own. */
async function runByBullMQ(count: number): Promise<string[]> {
  const done: string[] = [];
  const connection = openClient(server);
  const run = async (job: BullJob): Promise<string> => {
    done.push(job.id ?? '');
    return 'by BullMQ';
  };
  const options = { connection: connection as never, prefix: 'bull' };
  const worker = new BullWorker(bench.queue.name, run, options);
  await until(() => done.length >= count);
  await until(async () => (await bench.bull.getActiveCount()) === 0);
  await worker.close();
  connection.disconnect();
  return done;
}

test('hides blocked jobs from BullMQ, and releases them after its workers ended what they waited for', async () => {
  const { queue, bull } = bench;
  await queue.enqueue(work, 1, { jobId: 'a' });
  await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['a'] });
  const counts = await bull.getJobCounts();
  expect(Object.values(counts).reduce((sum, each) => sum + each, 0)).toBe(1);
  expect(await runByBullMQ(1)).toEqual(['a']);
  expect(await queue.getStats()).toMatchObject({ completed: 1, blocked: 1, waiting: 0 });
  await queue.process();
  await bench.tend();
  await queue.waitFor('b');
  const { nodes } = await queue.workflow('b').read();
  expect(nodes.map(({ id, status }) => [id, status])).toEqual([
    ['b', 'completed'],
    ['a', 'completed'],
  ]);
});

test('fails what waits for a job that BullMQ failed', async () => {
  const { queue, bull } = bench;
  await queue.enqueue(work, 1, { jobId: 'a' });
  await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['a'] });
  const connection = openClient(server);
  const options = { connection: connection as never, prefix: 'bull' };
  const worker = new BullWorker(
    queue.name,
    () => Promise.reject(new Error('failed by BullMQ')),
    options,
  );
  await until(async () => (await bull.getFailedCount()) === 1);
  await worker.close();
  connection.disconnect();
  await queue.process();
  await bench.tend();
  await expect(queue.waitFor('b')).rejects.toMatchObject({
    code: 'JOBS_DEPENDENCY_FAILED',
    cause: { message: 'failed by BullMQ' },
  });
});

test('fails what waits for a job that BullMQ removed, and forgets blocked jobs that it removed', async () => {
  const { queue, bull } = bench;
  await queue.enqueue(work, 1, { jobId: 'a', delay: 1_000_000 });
  await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['a'] });
  await queue.enqueue(work, 3, { jobId: 'c', dependsOn: ['b'] });
  await queue.enqueue(work, 4, { jobId: 'd', dependsOn: ['a'] });
  await bull.remove('b');
  const { jobs } = await queue.getJobs({ status: 'blocked' });
  expect(jobs.map(({ id }) => id)).toEqual(expect.arrayContaining(['c', 'd']));
  expect(await queue.getStats()).toMatchObject({ blocked: 2 });
  await bull.remove('a');
  await queue.process();
  await bench.tend();
  for (const id of ['c', 'd']) {
    const ended = queue.waitFor(id);
    await expect(ended).rejects.toMatchObject({ code: 'JOBS_DEPENDENCY_FAILED' });
  }
  expect(await queue.getStats()).toMatchObject({ blocked: 0, failed: 2 });
});

test('counts no blocked job that BullMQ removed, and keeps nothing for it', async () => {
  const { queue, bull, client, store } = bench;
  await queue.enqueue(work, 1, { jobId: 'a', delay: 1_000_000 });
  await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['a'] });
  await bull.remove('b');
  expect(await queue.getStats()).toMatchObject({ blocked: 0, delayed: 1 });
  await bench.tend();
  expect(await client.hget(store.key('a'), 'pj:awaited')).toBe('0');
});

test('keeps blocked jobs when BullMQ obliterates the queue, and fails them then', async () => {
  const { queue, bull } = bench;
  await queue.enqueue(work, 1, { jobId: 'a' });
  await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['a'] });
  await bull.obliterate({ force: true });
  expect(await queue.getStats()).toMatchObject({ blocked: 1, total: 1 });
  await queue.process();
  await bench.tend();
  await expect(queue.waitFor('b')).rejects.toMatchObject({ code: 'JOBS_DEPENDENCY_FAILED' });
});

test('waits for a job that BullMQ added', async () => {
  const { queue, bull } = bench;
  await bull.add('work', 1);
  await queue.enqueue(work, 2, { jobId: 'b', dependsOn: ['1'] });
  expect(await queue.getStats()).toMatchObject({ waiting: 1, blocked: 1 });
  await queue.process();
  await until(async () => (await queue.getStats()).completed === 1);
  await bench.tend();
  await queue.waitFor('b');
});
