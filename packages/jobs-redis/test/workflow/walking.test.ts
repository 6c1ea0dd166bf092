import type { JobRecord } from '@philjs/jobs-core/backend';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { walkWorkflows } from '../../src/workflow/tend-workflows.ts';
import { ended, LeaseBench } from '../lease/lease-bench.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';

const MANY = 450;
const NONE = { ageMs: 86_400_000, count: 0 };
const FAILED = {
  type: 'fail',
  error: { name: 'Error', message: 'no' },
  failures: [],
  attemptUsed: true,
} as const;

const own = benchOfEachTest();
let bench: LeaseBench;
beforeEach(async () => {
  bench = await LeaseBench.open(own.server);
});
afterEach(() => bench.close());

const key = (id: string): string => bench.store.key(id);
const members = (prefix: string): string[] =>
  Array.from({ length: MANY }, (_, index) => `${prefix}-${index}`);

/** Starts `middle`, which waited for many jobs, and for which as many wait. */
async function startMiddle(keep = {}): Promise<JobRecord> {
  const flows = redisWorkflowStore(bench.store);
  const before = members('before');
  const to = (ids: readonly string[]) => ids.map((id) => ({ queueName: bench.name, id }));
  await bench.add(...before);
  const job = own.bench.job('middle');
  await flows.add({ jobs: [{ ...job, ...keep, dependsOn: to(before) }] });
  await flows.add({
    jobs: members('after').map((id) => ({ ...own.bench.job(id), dependsOn: to(['middle']) })),
  });
  for (let at = 0; at < MANY; at += 50) {
    const { jobs } = await bench.exchange('w', 50);
    await bench.exchange(
      'w',
      0,
      jobs.map((each) => ended(each, { type: 'complete', result: 1 })),
    );
  }
  for (let tries = 0; tries < 20; tries++) {
    const [middle] = (await bench.exchange('w', 1)).jobs;
    if (middle !== undefined) return middle;
  }
  throw new Error('the job did not start');
}

/** Follows to the end; returns how many of the jobs have each value of a field. */
async function follow(prefix: string, field: string): Promise<Record<string, number>> {
  await walkWorkflows(bench.store);
  const counts: Record<string, number> = {};
  for (const id of members(prefix)) {
    const value = (await bench.client.hget(key(id), field)) ?? 'none';
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** Reads what is left of walks. */
async function walks(): Promise<string[]> {
  return (await bench.client.keys('bull::walk*')).filter((each) => each !== 'bull::walk');
}

test('keeps a job that ended while what it waited for is let go, and then drops it', async () => {
  const middle = await startMiddle({ keepCompleted: NONE });
  await bench.jobs.remove({ ids: members('after') });
  await follow('before', 'pj:awaited');
  await bench.exchange('w', 0, [ended(middle, { type: 'complete', result: 1 })]);
  expect(await bench.client.exists(key('middle'))).toBe(1);
  expect(await follow('before', 'pj:awaited')).toEqual({ 0: MANY });
  expect(await bench.client.exists(key('middle'), key('middle:pj:edges'))).toBe(0);
  expect(await walks()).toEqual([]);
});

test('follows the sets of a job to the end that is removed, and added again, meanwhile', async () => {
  const middle = await startMiddle();
  await bench.exchange('w', 0, [ended(middle, { type: 'complete', result: 1 })]);
  expect(await bench.jobs.remove({ ids: ['middle'] })).toBe(1);
  await bench.add('middle');
  expect(await follow('before', 'pj:awaited')).toEqual({ 0: MANY });
  expect(await follow('after', 'pj:open')).toEqual({ 0: MANY });
  expect(await follow('after', 'pj:doom')).toEqual({ 0: MANY });
  expect(await walks()).toEqual([]);
});

test('removes a job that was retried before those that wait for it had been told of its end', async () => {
  const middle = await startMiddle();
  await bench.exchange('w', 0, [ended(middle, FAILED)]);
  await bench.jobs.retry({ ids: ['middle'] });
  expect(await follow('before', 'pj:awaited')).toEqual({ 1: MANY });
  expect(await follow('after', 'pj:open')).toEqual({ 1: MANY });
  await bench.jobs.remove({ ids: ['middle'] });
  expect(await follow('before', 'pj:awaited')).toEqual({ 0: MANY });
  expect(await follow('after', 'pj:doom')).toEqual({ 1: MANY });
  expect(await walks()).toEqual([]);
});

test('leaves what is too much for one script in sets that later ones read', async () => {
  const flows = redisWorkflowStore(bench.store);
  const first = ['a', 'b', 'c'];
  await bench.add(...first);
  const next = members('next').slice(0, 180);
  const jobs = next.map((id, index) => {
    const dependsOn = [{ queueName: bench.name, id: first[index % 3] as string }];
    return { ...own.bench.job(id), dependsOn };
  });
  await flows.add({ jobs });
  const { jobs: started } = await bench.exchange('w', 3);
  const complete = { type: 'complete', result: 1 } as const;
  await bench.exchange(
    'w',
    0,
    started.map((job) => ended(job, complete)),
  );
  const read = `local left = {}
    for i, packed in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do left[i] = cjson.encode(cmsgpack.unpack(packed)) end
    return left`;
  const left = (await bench.client.eval(read, 1, 'bull::walks')) as string[];
  expect(left).toHaveLength(1);
  const [{ key: set }] = left.map((text) => JSON.parse(text)) as [{ key: string }];
  expect(await bench.client.zcard(set)).toBe(60);
  await follow('next', 'pj:open');
  for (const id of next) expect(await bench.client.hget(key(id), 'pj:open')).toBe('0');
  expect(await walks()).toEqual([]);
});
