import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

const AT_ONCE = 100;
const JOBS = 8000;
/** How many more than its retention keeps are there after an exchange of a busy worker, at most. */
const SLACK = 128;

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Completes jobs for which another one waits, with one that never ends: no retention applies to them meanwhile. */
async function holdCompleted(bench: LeaseBench, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `held-${index}`);
  const kept = { ageMs: 86_400_000, count: 100_000 };
  await bench.add(...ids.map((id) => ({ id, keepCompleted: kept })), {
    ...{ id: 'later', runAt: Date.now() + 86_400_000 },
  });
  for (let { jobs } = await bench.exchange('h', 500); jobs.length > 0; ) {
    const ends = jobs.map((job) => ended(job, { type: 'complete', result: null }));
    ({ jobs } = await bench.exchange('h', 500, ends));
  }
  const dependsOn = [...ids, 'later'].map((id) => ({ queueName: bench.name, id }));
  const keep = { ageMs: 86_400_000, count: 1000 };
  await redisWorkflowStore(bench.store).add({
    jobs: [
      {
        ...{ id: 'last', name: 'work', payload: null, version: 1, priority: 0, maxAttempts: 1 },
        ...{ createdAt: Date.now(), runAt: Date.now(), metadata: {} },
        ...{ keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
        ...{ dependsOn, onDependencyFailure: 'fail' },
      },
    ],
  });
}

/** Counts how often the server has read fields of a hash. */
async function readsOfJobs(bench: LeaseBench): Promise<number> {
  const stats = await bench.client.info('commandstats');
  return Number(/cmdstat_hmget:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** Ends jobs of some names, as a worker that is always busy, and returns the most jobs that were kept after any exchange. */
async function mostKept(bench: LeaseBench, names: number, withHandles: boolean): Promise<number> {
  await bench.exchange('w', 0);
  const keepCompleted = { ageMs: 86_400_000, count: 1000, total: 2000 };
  await bench.add(
    ...Array.from({ length: JOBS }, (_, index) => ({
      id: `job-${index}`,
      name: `name-${index % names}`,
      keepCompleted,
    })),
  );
  let { jobs, handles = [] } = await bench.exchange('w', AT_ONCE);
  let most = 0;
  while (jobs.length > 0) {
    const ends = jobs.map((job, index) => ({
      ...ended(job, { type: 'complete', result: null }),
      ...(withHandles && { handle: handles[index] }),
    }));
    ({ jobs, handles = [] } = await bench.exchange('w', AT_ONCE, ends));
    most = Math.max(most, (await bench.jobs.counts()).completed);
  }
  return most;
}

describe.each([
  ['the short script', true],
  ['the whole script', false],
])('%s, in each exchange of a busy worker', (_, withHandles) => {
  it.each([
    ['of a name', 1, 1000],
    ['of all names', 5, 2000],
  ])('keeps hardly more %s than the retention says', async (_of, names, kept) => {
    const bench = await LeaseBench.open(server);
    expect(await mostKept(bench, names, withHandles)).toBeLessThanOrEqual(kept + SLACK);
    expect((await bench.jobs.counts()).completed).toBeLessThanOrEqual(kept + 20);
    await bench.close();
  });

  it('keeps hardly more of all names beside many jobs that others wait for', async () => {
    const bench = await LeaseBench.open(server);
    await holdCompleted(bench, 2500);
    await bench.client.config('RESETSTAT');
    expect(await mostKept(bench, 5, withHandles)).toBeLessThanOrEqual(2500 + 2000 + SLACK);
    expect((await bench.jobs.counts()).completed).toBeLessThanOrEqual(2500 + 2000 + 20);
    // A job that is removed is read, and each that starts.
    expect(await readsOfJobs(bench)).toBeLessThan(3 * JOBS);
    await bench.close();
  });

  it('seldom looks at many jobs that BullMQ completed', async () => {
    const bench = await LeaseBench.open(server);
    const foreign = Array.from({ length: 4000 }, (_, index) => [index, `foreign-${index}`]);
    await bench.client.zadd(bench.store.key('completed'), ...foreign.flat());
    await bench.client.config('RESETSTAT');
    await mostKept(bench, 5, withHandles);
    expect(await readsOfJobs(bench)).toBeLessThan(6 * JOBS);
    await bench.close();
  });
});
