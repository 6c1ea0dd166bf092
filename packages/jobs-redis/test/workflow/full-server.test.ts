import { batch, step } from '@philjs/jobs-core';
import { afterEach, expect, test } from 'vitest';
import { benchOfEachTest } from './bench-of-each-test.ts';
import { work } from './flow-bench.ts';

const own = benchOfEachTest();

/** Sets how much memory the server may use, in bytes; 0 for any. With 1 it permits nothing that needs memory. */
async function setMemory(bytes: number): Promise<void> {
  await own.bench.client.config('SET', 'maxmemory-policy', 'noeviction');
  await own.bench.client.config('SET', 'maxmemory', bytes);
}

afterEach(() => setMemory(0));

test('leaves nothing of a batch that is refused since the memory is full', async () => {
  const { queue, client, store } = own.bench;
  await queue.isPaused();
  const members = Array.from({ length: 8000 }, (_, payload) => ({ job: work, payload }));
  // biome-ignore lint/suspicious/noThenProperty: the option is named by what it does, and is never awaited
  const adding = queue.enqueueMany(batch(members, { then: step(work) }));
  const refused = expect(adding).rejects.toThrow('its memory is full');
  while ((await client.exists(store.key('pj:staging'))) === 0);
  await setMemory(1);
  await refused;
  expect(await own.bench.leftovers()).toEqual([]);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
});

test('a worker drops a workflow that was not sealed in time while the memory is full', async () => {
  const { queue, client, store } = own.bench;
  await queue.enqueue(work, 1, { jobId: 'before', delay: 1_000_000 });
  const ids = Array.from({ length: 1200 }, (_, at) => `job-${at}`);
  const jobs = ids.map((id) => own.bench.job(id));
  await own.bench.stage('x', [...jobs, own.bench.job('then', ['before', ...ids])]);
  await client.zadd(store.key('pj:staging'), Date.now() - 1, 'x');
  await setMemory(1);
  await own.bench.tend();
  expect(await client.exists(store.key('job-7'), store.key('then'))).toBe(0);
  await queue.removeJob('before');
  expect(await own.bench.leftovers()).toEqual([]);
});

test('a worker lets a job go on while the memory is full, though another program removed what it waits for', async () => {
  const { queue, bull } = own.bench;
  await queue.enqueue(work, 1, { jobId: 'first', delay: 1_000_000 });
  await queue.enqueue(work, 2, { jobId: 'second', dependsOn: ['first'] });
  await bull.remove('first');
  await setMemory(1);
  await own.bench.tend();
  await queue.process();
  await expect(queue.waitFor('second')).rejects.toMatchObject({ code: 'JOBS_DEPENDENCY_FAILED' });
});
