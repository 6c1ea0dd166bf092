import { expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { until } from '../server/until.ts';
import { benchOfEachTest } from '../workflow/bench-of-each-test.ts';
import { work } from '../workflow/flow-bench.ts';

/** How many jobs may wait for one, and one for. */
const MOST = 10_000;

const own = benchOfEachTest();
const ids = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${name}-${at}`);

test('lets ten thousand jobs wait for one of the same call, also where the call is repeated', async () => {
  const { queue, store } = own.bench;
  const jobs = [
    own.bench.job('root'),
    ...ids('leaf', MOST).map((id) => own.bench.job(id, ['root'])),
  ];
  const flows = redisWorkflowStore(store);
  const added = await flows.add({ jobs });
  expect(added.every(({ outcome }) => outcome === 'added')).toBe(true);
  const again = await flows.add({ jobs });
  expect(again.every(({ outcome }) => outcome === 'duplicate')).toBe(true);
  expect(await queue.getStats()).toMatchObject({ waiting: 1, blocked: MOST });
  await queue.process();
  await until(async () => {
    const { waiting, blocked, active } = await queue.getStats();
    return waiting + blocked + active === 0;
  });
  expect(await queue.getStats()).toMatchObject({ failed: 0 });
}, 120_000);

test('lets a job wait for ten thousand others of the same call, also where the call is repeated', async () => {
  const { queue, store } = own.bench;
  const members = ids('member', MOST);
  const jobs = [...members.map((id) => own.bench.job(id)), own.bench.job('last', members)];
  const flows = redisWorkflowStore(store);
  await flows.add({ jobs });
  const again = await flows.add({ jobs });
  expect(again.every(({ outcome }) => outcome === 'duplicate')).toBe(true);
  expect(await queue.getStats()).toMatchObject({ waiting: MOST, blocked: 1 });
  await queue.process();
  await queue.waitFor('last');
}, 120_000);

test('lets a running job wait for one child, and for ten thousand that wait for that', async () => {
  const { queue, store } = own.bench;
  const flows = redisWorkflowStore(store);
  await queue.enqueue(work, 1, { jobId: 'parent' });
  await own.bench.client.hset(store.key('parent'), 'ats', '1');
  await own.bench.client.set(store.key('parent:lock'), 'w:1:');
  const jobs = [
    own.bench.job('root'),
    ...ids('leaf', MOST).map((id) => own.bench.job(id, ['root'])),
  ];
  const lease = { id: 'parent', fencingToken: 1 };
  const added = await flows.addChildren({ lease, jobs, onDependencyFailure: 'fail' });
  expect(added).toHaveLength(MOST + 1);
  expect(await queue.getStats()).toMatchObject({ blocked: MOST });
}, 120_000);

test('lets each of a hundred jobs wait for the same hundred', async () => {
  const { queue, store } = own.bench;
  const first = ids('first', 100);
  const jobs = [
    ...first.map((id) => own.bench.job(id)),
    ...ids('next', 100).map((id) => own.bench.job(id, first)),
  ];
  await redisWorkflowStore(store).add({ jobs });
  await queue.process();
  await until(async () => (await queue.getStats()).completed === 200);
}, 60_000);
