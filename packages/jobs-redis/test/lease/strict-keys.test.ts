import type { NewJob } from '@philjs/jobs-core/backend';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { mendSlots } from '../../src/limits/job-slots.ts';
import { redisLimitStore } from '../../src/parts/redis-limit-store.ts';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { until } from '../server/until.ts';
import { ended, LeaseBench } from './lease-bench.ts';

let server: RedisServer;
let bench: LeaseBench;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bench = await LeaseBench.open(server);
  const limits = new Map([['work', { concurrencyPerKey: 1 }]]);
  await redisLimitStore(bench.store).publish({ limits });
});
afterEach(() => bench.close());

const error = { name: 'Error', message: 'as the test says' } as const;
const FAILURE = { type: 'fail', error, attemptUsed: true, failures: [] } as const;

/** Makes jobs of a strict key: the first letter of their ids. */
const jobsOf = (mark: '\u0002' | '\u0003', ...ids: readonly string[]): Partial<NewJob>[] =>
  ids.map((id) => ({ id, concurrencyKey: id.charAt(0) + mark }));

/** Ends jobs, and starts others; returns their ids. */
async function next(...ends: Parameters<typeof ended>[]): Promise<string[]> {
  const { jobs } = await bench.exchange(
    'w',
    10,
    ends.map((end) => ended(...end)),
  );
  return jobs.map(({ id }) => id);
}

async function stored(id: string) {
  const job = await bench.jobs.get({ id });
  if (job === undefined) throw new Error(`no job ${id}`);
  return job;
}

/** Puts an active job back, to run again after a while. */
async function retry(id: string, delayMs: number): Promise<string[]> {
  const runAt = Date.now() + delayMs;
  return next([await stored(id), { type: 'retry', runAt, delayMs, error, failures: [] }]);
}

test.each(['fifo', 'fair', 'ageing', 'deadline'] as const)(
  'keeps the order of a key in a queue of the order %s',
  async (policy) => {
    const order = policy === 'ageing' ? { policy, agePerPriority: 60_000 } : { policy };
    await redisOrderStore(bench.store).set({ order });
    await bench.add(...jobsOf('\u0002', 'a1', 'a2', 'a3', 'b1'));
    expect((await next()).sort()).toEqual(['a1', 'b1']);
    expect(await retry('a1', 60_000)).toEqual([]);
    expect(await bench.jobs.promote({ ids: ['a1'] })).toBe(1);
    expect(await next()).toEqual(['a1']);
    expect(await retry('a1', 0)).toEqual(['a1']);
    expect(await next([await stored('a1'), { type: 'complete', result: null }])).toEqual(['a2']);
    expect(await next([await stored('a2'), FAILURE])).toEqual(['a3']);
  },
);

test('frees a key whose holder BullMQ removed, and one whose holder it ended', async () => {
  await bench.add(...jobsOf('\u0002', 'a1', 'a2', 'b1', 'b2', 'c1', 'c2'));
  expect(await next()).toEqual(['a1', 'b1', 'c1']);
  for (const id of ['a1', 'b1', 'c1']) await retry(id, id === 'b1' ? 200 : 60_000);
  const bull = new BullQueue(bench.name, { connection: bench.client.duplicate() });
  await bull.remove('a1');
  await bull.close();
  const worker = new BullWorker(bench.name, async () => 'by BullMQ', {
    connection: bench.client.duplicate(),
  });
  await until(async () => (await bench.jobs.counts()).completed === 1);
  await worker.close();
  expect(await next()).toEqual([]);
  await mendSlots(bench.store);
  expect((await next()).sort()).toEqual(['a2', 'b2']);
  expect(await bench.client.keys(bench.store.key('pj:key-slots:*'))).toHaveLength(3);
});

test('keeps the slot of a job that failed and holds its key when slots are mended', async () => {
  await bench.add(...jobsOf('\u0003', 'a1', 'a2'));
  expect(await next()).toEqual(['a1']);
  expect(await next([await stored('a1'), FAILURE])).toEqual([]);
  await mendSlots(bench.store);
  expect(await next()).toEqual([]);
  expect(await bench.jobs.clear({ statuses: ['failed'] })).toBe(1);
  expect(await next()).toEqual(['a2']);
});

test('frees a key when its holder is replaced by a job of another key', async () => {
  const deduplication = { key: 'one', mode: 'replace' } as const;
  const [a1, a2, b1] = jobsOf('\u0003', 'a1', 'a2', 'b1');
  await bench.add({ ...a1, deduplication }, a2 ?? 'a2');
  expect(await next()).toEqual(['a1']);
  await next([await stored('a1'), FAILURE]);
  // Retried by hand, it may be replaced as one that has not started.
  expect(await bench.jobs.retry({ ids: ['a1'] })).toBe(1);
  await bench.add({ ...b1, deduplication });
  expect((await stored('a1')).concurrencyKey).toBe('b\u0003');
  expect((await next()).sort()).toEqual(['a1', 'a2']);
});

test('keeps a failed job that holds its key when those that waited for it have ended', async () => {
  const keep = { ageMs: 1, count: 0 };
  const made = (id: string): NewJob => ({
    ...{ id, name: 'work', payload: 1, version: 1, priority: 0, maxAttempts: 1, metadata: {} },
    ...{ createdAt: 0, runAt: 0, keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
  });
  const dependsOn = [{ queueName: bench.name, id: 'a1' }];
  const then: NewJob = { ...made('z'), dependsOn, onDependencyFailure: 'continue' };
  await redisWorkflowStore(bench.store).add({
    jobs: [{ ...made('a1'), concurrencyKey: 'a\u0003' }, then],
  });
  expect(await next()).toEqual(['a1']);
  expect(await next([await stored('a1'), FAILURE])).toEqual(['z']);
  await next([await stored('z'), { type: 'complete', result: null }]);
  expect(await bench.jobs.get({ id: 'z' })).toBeUndefined();
  expect((await stored('a1')).status).toBe('failed');
});

test('does not count a failed job that holds its key among those to keep of all names', async () => {
  const keepFailed = { ageMs: 86_400_000, count: 1_000, total: 1 };
  const others = ['b1', 'c1', 'd1', 'e1'];
  await bench.add(
    ...[...jobsOf('\u0003', 'a1'), ...jobsOf('\u0002', ...others)].map((job) => ({
      ...job,
      keepFailed,
    })),
  );
  await next();
  const failed = async (): Promise<string[]> => {
    const { jobs } = await bench.jobs.list({ statuses: ['failed'], order: 'oldest', limit: 10 });
    return jobs.map(({ id }) => id);
  };
  for (const id of ['a1', 'b1', 'c1']) await next([await stored(id), FAILURE]);
  expect(await failed()).toEqual(['a1', 'c1']);
  await bench.jobs.retry({ ids: ['a1'] });
  expect(await next()).toEqual(['a1']);
  await next([await stored('a1'), { type: 'complete', result: null }]);
  for (const id of ['d1', 'e1']) await next([await stored(id), FAILURE]);
  expect(await failed()).toEqual(['e1']);
});

test('puts a job back for its retry by as many commands, however many jobs of its key wait', async () => {
  const commandsWith = async (waiting: number): Promise<number> => {
    const ids = Array.from({ length: waiting }, (_, index) => `${waiting}-${index}`);
    await bench.add(...ids.map((id) => ({ id, concurrencyKey: `${waiting}\u0002` })));
    const [first = ''] = await next();
    await bench.client.config('RESETSTAT');
    expect(await retry(first, 60_000)).toEqual([]);
    await bench.jobs.promote({ ids: [first] });
    expect(await next()).toEqual([first]);
    const stats = await bench.client.info('commandstats');
    const calls = [...stats.matchAll(/calls=(\d+)/g)].map(([, count]) => Number(count));
    await next([await stored(first), FAILURE]);
    await bench.jobs.clear();
    return calls.reduce((sum, count) => sum + count, 0);
  };
  await commandsWith(2);
  expect(await commandsWith(1_000)).toBe(await commandsWith(10));
});
