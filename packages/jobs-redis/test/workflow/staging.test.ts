import { batch, defineJob, step } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { dropScript, sealScript } from '../../src/workflow/stage-scripts.ts';
import { until } from '../server/until.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { fails, work } from './flow-bench.ts';

const own = benchOfEachTest();

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const members = (count: number) => range(count).map((payload) => ({ job: work, payload }));

test('adds a batch of thousands, runs it, and keeps its results until the end', async () => {
  const { queue, client, store } = own.bench;
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  const items = batch(members(3000), { then: step(work) });
  const last = (await queue.enqueueMany(items)).at(-1);
  expect(await queue.getStats()).toMatchObject({ waiting: 3000, blocked: 1 });
  expect(last?.dependencies).toEqual({ total: 3000, open: 3000, failed: 0 });
  await queue.process();
  await until(async () => (await queue.getStats()).waiting === 0);
  await queue.waitFor(last?.id ?? '');
  // Then retention applies to them, in slices: 1,000 of a name.
  await until(async () => (await queue.getStats()).completed <= 1020);
  expect(await client.exists(store.key('pj:awaited:completed'))).toBe(0);
});

test('fails, and brings back, a thousand jobs that wait for one', async () => {
  const { queue } = own.bench;
  const first = { job: fails, payload: undefined };
  const rest = range(1000).map((payload) => ({
    job: work,
    payload,
    options: { dependsOn: [first] },
  }));
  const [bad] = await queue.enqueueMany([first, ...rest]);
  await queue.process();
  await until(async () => (await queue.getStats()).failed === 1001);
  await queue.stop();
  await queue.retryJob(bad?.id ?? '');
  expect(await queue.getStats()).toMatchObject({ waiting: 1, blocked: 1000, failed: 0 });
  await queue.removeJob(bad?.id ?? '');
  await queue.process();
  await until(async () => (await queue.getStats()).failed === 1000);
});

test('stores nothing of a workflow whose last slice is refused', async () => {
  const { queue } = own.bench;
  await queue.enqueue(work, 1, { jobId: 'there' });
  const waits = { job: work, payload: 0, options: { dependsOn: ['there', 'nowhere'] } };
  const added = queue.enqueueMany([...members(1200), waits]);
  await expect(added).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
  expect(await queue.getStats()).toMatchObject({ total: 1 });
  expect(await own.bench.leftovers()).toEqual([]);
});

test('drops a workflow that is not sealed in ten minutes, and starts nothing of it', async () => {
  const { queue, client, store } = own.bench;
  await queue.enqueue(work, 1, { jobId: 'before', delay: 1_000_000 });
  const jobs = range(1200).map((index) => own.bench.job(`job-${index}`));
  const ids = ['before', ...jobs.map(({ id }) => id)];
  await own.bench.stage('x', [...jobs, own.bench.job('then', ids)]);
  await queue.process();
  await own.bench.tend();
  expect(await queue.getStats()).toMatchObject({ total: 1, delayed: 1 });
  expect(await queue.getJob('job-7')).toBeUndefined();
  const follower = queue.enqueue(work, 1, { dependsOn: ['job-7'] });
  await expect(follower).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
  const deadline = Number(await client.zscore(store.key('pj:staging'), 'x'));
  expect(deadline).toBeGreaterThan(Date.now() + 590_000);
  expect(deadline).toBeLessThanOrEqual(Date.now() + 601_000);
  await client.zadd(store.key('pj:staging'), Date.now() - 1, 'x');
  await own.bench.tend();
  expect(await client.exists(store.key('job-7'), store.key('then'))).toBe(0);
  expect(await client.hget(store.key('before'), 'pj:awaited')).toBe('0');
  expect(await queue.getStats()).toMatchObject({ total: 1 });
  await queue.removeJob('before');
  expect(await own.bench.leftovers()).toEqual([]);
});

test('places a workflow that its producer sealed before it died', async () => {
  const { queue, store } = own.bench;
  const jobs = range(1200).map((index) => own.bench.job(`job-${index}`));
  await own.bench.stage('x', [...jobs, own.bench.job('then', ['job-0', 'job-1199'])]);
  const seal = { stage: 'x', parent: '', token: '', count: 1201, first: 'job-0', searched: '' };
  expect(await store.run(sealScript, seal)).toBe(1);
  // The answer was lost: it is sent again, also after the jobs were placed.
  expect(await store.run(sealScript, seal)).toBe(1);
  await own.bench.tend();
  expect(await queue.getStats()).toMatchObject({ waiting: 1200, blocked: 1 });
  expect(await store.run(sealScript, seal)).toBe(1);
  await queue.process();
  await queue.waitFor('then');
});

test('seals no workflow that was dropped since its producer was too late', async () => {
  const { queue, client, store } = own.bench;
  await own.bench.stage(
    'x',
    range(1200).map((index) => own.bench.job(`job-${index}`)),
  );
  await client.zadd(store.key('pj:staging'), Date.now() - 1, 'x');
  await own.bench.tend();
  const seal = { stage: 'x', parent: '', token: '', count: 1200, first: 'job-0', searched: '' };
  expect(await store.run(sealScript, seal)).toBe(-1);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
});

test('refuses a workflow of which a part was dropped while its producer was late', async () => {
  const { queue, client, store } = own.bench;
  await store.link.run(() => client.ping());
  let dropped = 0;
  const dropFirst = async (): Promise<void> => {
    const [stage] = await client.zrange(store.key('pj:staging'), '0', '0');
    if (stage === undefined) return dropFirst();
    dropped = await client.zcard(store.key(`pj:stage-turns:${stage}`));
    while ((await store.run(dropScript, { stage })) === 1);
  };
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  const added = queue.enqueueMany(batch(members(8000), { then: step(work) }));
  await Promise.all([
    dropFirst(),
    expect(added).rejects.toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' }),
  ]);
  expect(dropped).toBeGreaterThan(0);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  await own.bench.tend();
  expect(await own.bench.leftovers()).toEqual([]);
});

test('takes jobs of the call that are known as they are', async () => {
  const { queue } = own.bench;
  await queue.process();
  await queue.waitFor(await queue.enqueue(work, 1, { jobId: 'ended' }));
  await queue.waitFor(await queue.enqueue(work, 1, { jobId: 'waited' }));
  await queue.stop();
  const known = ['ended', 'waited'].map((jobId) => ({ job: work, payload: 1, options: { jobId } }));
  const first = { job: work, payload: 2, options: { jobId: 'first' } };
  const again = { job: work, payload: 3, options: { jobId: 'waited', dependsOn: ['first'] } };
  const last = { job: work, payload: 4, options: { jobId: 'last', dependsOn: ['ended', 'first'] } };
  for (const filler of [[], members(1200)]) {
    await queue.enqueueMany([...known.slice(0, 1), first, again, last, ...filler]);
    const awaited = await own.bench.client.hget(own.bench.store.key('first'), 'pj:awaited');
    expect(awaited).toBe('1');
    expect(await queue.getJob('waited')).toMatchObject({ status: 'completed' });
    expect((await queue.getJob('last'))?.dependencies).toEqual({ total: 2, open: 1, failed: 0 });
    await queue.removeJobs({ ids: ['last', 'first'] });
  }
});

test('lets a running job wait for thousands of children', async () => {
  const { queue } = own.bench;
  const parent = defineJob({
    name: 'parent',
    handler: async (_payload: undefined, ctx): Promise<number> => {
      const results = await ctx.childResults();
      if (results.size > 0) return results.size;
      await ctx.addChildren(members(1500));
      return 0;
    },
  });
  queue.register(parent);
  await queue.process();
  const job = await queue.enqueue(parent, undefined);
  expect(await queue.waitFor(job)).toBe(1500);
});

test('adds children that wait for a large batch without reading its jobs', async () => {
  const { queue, client, store } = own.bench;
  const ranges = async (): Promise<number> => {
    const stats = await store.link.run(() => client.info('commandstats'));
    return Number(/cmdstat_zrange:calls=(\d+)/.exec(stats)?.[1] ?? 0);
  };
  let read = 0;
  const parent = defineJob({
    name: 'parent',
    handler: async (_payload: undefined, ctx): Promise<number> => {
      const results = await ctx.childResults();
      if (results.size > 0) return results.size;
      const before = await ranges();
      const options = { dependsOn: ['then'] };
      await ctx.addChildren([{ job: work, payload: 1, options }]).finally(async () => {
        read = (await ranges()) - before;
      });
      return 0;
    },
  });
  queue.register(parent);
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  await queue.enqueueMany(batch(members(2000), { then: step(work, 1, { jobId: 'then' }) }));
  const job = await queue.enqueue(parent, undefined, { priority: 1 });
  await queue.process({ concurrency: 1 });
  await until(async () => (await queue.getJob(job.id))?.status === 'blocked');
  expect(read).toBeLessThan(100);
  await queue.waitFor(job);
});
