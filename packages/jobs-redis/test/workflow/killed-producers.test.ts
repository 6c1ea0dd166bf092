import { expect, test } from 'vitest';
import { redisScheduleStore } from '../../src/parts/redis-schedule-store.ts';
import { dropScript, sealScript } from '../../src/workflow/stage-scripts.ts';
import { walkWorkflows } from '../../src/workflow/tend-workflows.ts';
import { until } from '../server/until.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { work } from './flow-bench.ts';

/** More jobs than one script stores. */
const MANY = 1200;

const own = benchOfEachTest();

const ids = Array.from({ length: MANY }, (_, index) => `job-${index}`);
const members = ids.map((jobId) => ({ job: work, payload: 1, options: { jobId } }));
/** A workflow as `enqueueMany` takes it. */
const items = [
  ...members,
  { job: work, payload: 1, options: { jobId: 'then', dependsOn: members } },
];
const add = (): Promise<unknown> => own.bench.queue.enqueueMany(items);

/** Stores the same workflow as a producer does that dies before it seals it. */
const stage = (): Promise<void> =>
  own.bench.stage('x', [...ids.map((id) => own.bench.job(id)), own.bench.job('then', ids)]);
/** Seals it. */
const seal = (): Promise<number> => {
  const args = { stage: 'x', parent: '', token: '', count: MANY + 1, first: 'job-0', searched: '' };
  return own.bench.store.run(sealScript, args);
};
/** Lets time pass since the producer stored the last slice. */
const age = (): Promise<unknown> =>
  own.bench.client.zadd(own.bench.store.key('pj:staging'), Date.now() + 590_000, 'x');

/** Runs what is there: the workflow, once. */
async function expectWhole(): Promise<void> {
  const { queue } = own.bench;
  expect(await queue.getStats()).toMatchObject({ waiting: MANY, blocked: 1, total: MANY + 1 });
  await queue.process();
  await queue.waitFor('then');
  const runs = (await queue.getJobs({ limit: 1000 })).jobs.map(({ attemptsMade }) => attemptsMade);
  expect(new Set(runs)).toEqual(new Set([1]));
  expect(await own.bench.client.keys('*pj:stag*')).toEqual([]);
}

test.each([
  ['', async () => undefined],
  [', though scripts have much else to follow', () => own.bench.leaveWalk()],
])('stores a workflow again whose producer was killed before it sealed it%s', async (_, begin) => {
  const { client, store } = own.bench;
  await stage();
  await age();
  await begin();
  await add();
  await walkWorkflows(store);
  expect(await client.hmget(store.key('then'), 'pj:open', 'pj:doom')).toEqual([`${MANY}`, '0']);
  expect(await client.hget(store.key('job-7'), 'pj:awaited')).toBe('1');
  await expectWhole();
});

test('finishes a workflow whose producer was killed after it sealed it when the call is repeated', async () => {
  await stage();
  await seal();
  await add();
  await expectWhole();
});

/** Counts the scripts that the server has run. */
async function scripts(): Promise<number> {
  const stats = await own.bench.client.info('commandstats');
  const counts = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

test('lets a call that names the same jobs wait while their workflow is being stored', async () => {
  const { queue } = own.bench;
  await stage();
  const before = await scripts();
  let added = 0;
  const adding = [add(), queue.enqueue(work, 1, { jobId: 'job-7' })].map(async (call) => {
    await call;
    added += 1;
  });
  await until(async () => (await scripts()) > before + 10);
  expect(added).toBe(0);
  await seal();
  await Promise.all(adding);
  await expectWhole();
});

test('accepts no job that turns out to be one of a workflow which is dropped', async () => {
  const { queue } = own.bench;
  const deduplication = { key: '4:work:k', mode: 'drop' } as const;
  await own.bench.stage('x', [own.bench.job('a'), { ...own.bench.job('b'), deduplication }]);
  await age();
  const byId = await queue.enqueue(work, 1, { jobId: 'a' });
  const byKey = await queue.enqueue(work, 1, { deduplicate: { key: 'k' } });
  expect(byKey.id).not.toBe('b');
  expect(await queue.getStats()).toMatchObject({ waiting: 2, total: 2 });
  await queue.process();
  for (const job of [byId, byKey]) expect(await queue.waitFor(job)).toBe(1);
});

test('looks for no such workflow where a job has a new id and no key', async () => {
  const { client, queue, store } = own.bench;
  await queue.setLimits('work', { concurrency: 5 });
  const monitor = await client.monitor();
  let looks = 0;
  monitor.on('monitor', (_time: string, [command = '', key]: string[]) => {
    if (command.toLowerCase() === 'exists' && key === store.key('pj:staging')) looks += 1;
  });
  for (let count = 0; count < 3; count++) await queue.enqueue(work, 1);
  await queue.enqueue(work, 1, { deduplicate: { key: 'k' } });
  await until(async () => looks > 0);
  expect(looks).toBe(1);
  monitor.disconnect();
});

test('skips no tick of a schedule for a job of a workflow that is dropped', async () => {
  const { store, queue } = own.bench;
  const deduplication = { key: 'k', mode: 'drop' } as const;
  await own.bench.stage('x', [{ ...own.bench.job('a'), deduplication }]);
  await age();
  const schedules = redisScheduleStore(store);
  const schedule = { id: 's', jobName: 'work', spec: {}, state: {}, nextAt: 1 };
  const { revision = 0 } = (await schedules.put({ schedule })) ?? {};
  const jobs = [{ ...own.bench.job('tick'), deduplication }];
  const claim = { id: 's', expectedRevision: revision, nextAt: 2, state: {}, jobs, entries: [] };
  expect(await schedules.fire(claim)).toMatchObject({
    fired: true,
    results: [{ id: 'tick', outcome: 'added' }],
  });
  expect(await queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
});

test('refuses the workflow of a producer that was late, and whose jobs another one has stored', async () => {
  await stage();
  await age();
  await own.bench.queue.enqueue(work, 1, { jobId: 'job-7' });
  expect(await seal()).toBe(-1);
  expect(await own.bench.queue.getStats()).toMatchObject({ waiting: 1, total: 1 });
});

test('drops no workflow that is sealed', async () => {
  await stage();
  await seal();
  expect(await own.bench.store.run(dropScript, { stage: 'x' })).toBe(0);
  await own.bench.tend();
  await expectWhole();
});
