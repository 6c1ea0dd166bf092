import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue, FlowProducer } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ForeignJobs } from '../../src/bullmq-adapter/foreign-jobs.ts';
import { ended, LeaseBench } from './lease-bench.ts';

const done = { type: 'complete', result: { ok: true } } as const;
const failed = {
  type: 'fail',
  error: { name: 'Error', message: 'the child failed' },
  failures: [],
  attemptUsed: true,
} as const;

let server: RedisServer;
let bench: LeaseBench;
let bull: BullQueue;
let flows: FlowProducer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  bench = await LeaseBench.open(server);
  bull = new BullQueue(bench.name, { connection: bench.client.duplicate() });
  flows = new FlowProducer({ connection: bench.client.duplicate() });
});
afterEach(async () => {
  await flows.close();
  await bull.close();
  await bench.close();
});

test('completes the child of a flow, and runs its parent with what it answered', async () => {
  await flows.add({
    name: 'parent',
    queueName: bench.name,
    opts: { jobId: 'parent' },
    children: [{ name: 'child', queueName: bench.name, opts: { jobId: 'child' } }],
  });
  const child = await bench.exchange('w', 5);
  expect(child.jobs).toMatchObject([{ id: 'child' }]);
  await bench.exchange('w', 5, [ended(child.jobs[0]!, done)]);
  const parent = await bench.exchange('w', 5);
  expect(parent.jobs).toMatchObject([{ id: 'parent' }]);
  expect(await (await bull.getJob('parent'))?.getChildrenValues()).toEqual({
    [`bull:${bench.name}:child`]: { ok: true },
  });
});

test("fails a parent for its child's sake, in BullMQ's own words", async () => {
  await flows.add({
    name: 'parent',
    queueName: bench.name,
    opts: { jobId: 'parent' },
    children: [
      {
        name: 'child',
        queueName: bench.name,
        opts: { jobId: 'child', failParentOnFailure: true },
      },
    ],
  });
  const child = await bench.exchange('w', 5);
  await bench.exchange('w', 5, [ended(child.jobs[0]!, failed)]);
  expect((await bench.exchange('w', 5)).jobs).toEqual([]);
  expect(await bench.jobs.get({ id: 'child' })).toMatchObject({
    error: { message: 'the child failed' },
  });
  const parent = await bull.getJob('parent');
  expect(await parent?.getState()).toBe('failed');
  expect(parent?.failedReason).toContain('child');
  expect((await bench.jobs.get({ id: 'parent' }))?.error?.message).toBe(parent?.failedReason);
});

test("frees the key of BullMQ's own deduplication, and keeps what raw workers completed", async () => {
  for (let i = 0; i < 3; i++) {
    await bull.add('work', {}, { deduplication: { id: 'key' }, jobId: `job-${i}` });
    const { jobs } = await bench.exchange('w', 1);
    expect(jobs).toMatchObject([{ id: `job-${i}` }]);
    await bench.exchange('w', 0, [ended(jobs[0]!, done)]);
  }
  expect(await bull.getCompletedCount()).toBe(3);
});

test('refuses the end of a job that was taken back', async () => {
  await bull.add('work', {}, { jobId: 'a' });
  const { jobs } = await bench.exchange('w', 1);
  // As a raw worker does with a job whose lock ran out.
  await bench.client.del(bench.store.key('a:lock'));
  await bench.client.lrem(bench.store.key('active'), 0, 'a');
  await bench.client.rpush(bench.store.key('wait'), 'a');
  const { refused } = await bench.exchange('w', 0, [ended(jobs[0]!, done)]);
  expect(refused).toEqual([{ id: 'a', fencingToken: 1 }]);
  expect((await bench.jobs.get({ id: 'a' }))?.status).toBe('waiting');
});

test('finishes a repeated job of a scheduler, which makes the next', async () => {
  await bull.upsertJobScheduler('often', { every: 50 }, { name: 'tick' });
  const seen: string[] = [];
  while (seen.length < 2) {
    const { jobs } = await bench.exchange('w', 1);
    for (const job of jobs) {
      seen.push(job.name);
      await bench.exchange('w', 0, [ended(job, done)]);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(seen).toEqual(['tick', 'tick']);
});

test('has the scheduler make the next although the connection breaks meanwhile', async () => {
  const job = await bull.upsertJobScheduler('hourly', { every: 3_600_000 }, { name: 'tick' });
  const foreign = new ForeignJobs(bench.store, (error) => {
    throw error;
  });
  bench.client.disconnect(true);
  await foreign.repeat(job?.id ?? '');
  expect(await bull.getDelayedCount()).toBe(1);
  foreign.close();
});

test('asks the scheduler again in a repeated call, since the server may have been away', async () => {
  const { store, client } = bench;
  const first = await bull.upsertJobScheduler('hourly', { every: 3_600_000 }, { name: 'tick' });
  const { jobs } = await bench.exchange('w', 1);
  const [next = ''] = await client.zrange(store.key('delayed'), '0', '0');
  // As if the server had been away when the next one was to be added.
  await client.del(store.key(next));
  await client.zrem(store.key('delayed'), next);
  await client.zadd(store.key('repeat'), first?.id?.split(':').at(-1) ?? '', 'hourly');
  const again = await bench.exchange('w', 1, [], { sequence: 1 });
  expect(again.jobs).toMatchObject(jobs.map(({ id }) => ({ id })));
  expect(await client.zrange(store.key('delayed'), '0', '-1')).toEqual([next]);
});

test('takes a child from its parent once, however often the call is repeated', async () => {
  const of = { name: 'work', queueName: bench.name };
  await flows.add({
    ...{ ...of, opts: { jobId: 'parent' } },
    children: [{ ...of, opts: { jobId: 'child' } }],
  });
  const foreign = new ForeignJobs(bench.store, () => undefined);
  await foreign.untie(['child']);
  await foreign.untie(['child', 'gone']);
  expect(await bull.getJobState('parent')).toBe('waiting');
  foreign.close();
});

test('refuses no end in a repeated call that an earlier one recorded, although the job is gone', async () => {
  await bull.add('work', {}, { jobId: 'a', removeOnComplete: true });
  const { jobs } = await bench.exchange('w', 1);
  const ends = jobs.map((job) => ended(job, done));
  expect((await bench.exchange('w', 0, ends, { sequence: 2 })).refused).toEqual([]);
  expect(await bull.getJob('a')).toBeUndefined();
  expect((await bench.exchange('w', 0, ends, { sequence: 2 })).refused).toEqual([]);
});

test.each([
  ['data', 'complete', '{no', done],
  ['data', 'fail', '{no', failed],
  ['opts', 'complete', '{no', done],
  ['opts', 'fail', 'null', failed],
])(
  'ends a job whose %s are no JSON (%s), and costs other jobs nothing',
  async (field, type, text, outcome) => {
    const { store, client } = bench;
    await bull.add('work', {}, { jobId: 'bad' });
    await client.hset(store.key('bad'), field, text);
    const { jobs } = await bench.exchange('w', 1);
    expect(jobs).toMatchObject([{ id: 'bad' }]);
    await bull.add('work', {}, { jobId: 'good' });
    const next = await bench.exchange('w', 1, [ended(jobs[0]!, outcome)]);
    expect(next).toMatchObject({ refused: [], jobs: [{ id: 'good' }] });
    const kept = await client.zscore(
      store.key(type === 'complete' ? 'completed' : 'failed'),
      'bad',
    );
    expect(kept).not.toBeNull();
  },
);
