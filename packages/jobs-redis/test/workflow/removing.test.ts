import { expect, test } from 'vitest';
import { removeJobsScript } from '../../src/script/change-jobs-scripts.ts';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { walkWorkflows } from '../../src/workflow/tend-workflows.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';

const own = benchOfEachTest();

/** More than one script tells. */
const DEPENDANTS = 350;

test('removes a job that many wait for without a copy of what waits for it', async () => {
  const { bench } = own;
  const flows = redisWorkflowStore(bench.store);
  const ids = Array.from({ length: DEPENDANTS }, (_, index) => `dependant-${index}`);
  const awaited = { ...bench.job('awaited'), runAt: Date.now() + 3_600_000 };
  await flows.add({ jobs: [awaited, ...ids.map((id) => bench.job(id, ['awaited']))] });
  await bench.client.config('RESETSTAT');
  expect(await bench.queue.removeJobs({ ids: ['awaited'] })).toBe(1);
  expect(await bench.client.info('commandstats')).not.toContain('cmdstat_zunionstore');
  await bench.queue.process();
  await expect.poll(async () => (await bench.queue.getStats()).failed).toBe(DEPENDANTS);
  expect((await bench.queue.getJob('dependant-0'))?.error?.code).toBe('JOBS_DEPENDENCY_FAILED');
  await expect.poll(() => bench.client.keys('bull:*:walk*')).toEqual(['bull::walk']);
});

test('leaves a workflow alone that is added again before scripts have followed its removal', async () => {
  const { client, store } = own.bench;
  const flows = redisWorkflowStore(store);
  const add = () => flows.add({ jobs: [own.bench.job('first'), own.bench.job('then', ['first'])] });
  await add();
  await own.bench.leaveWalk();
  // The process that removes them is killed before it follows.
  await store.run(removeJobsScript, { mayLeave: 0, states: 'waiting blocked' }, ['first', 'then']);
  await add();
  await walkWorkflows(store);
  expect(await client.hmget(store.key('then'), 'pj:open', 'pj:doom')).toEqual(['1', '0']);
});
