import type { NewJob } from '@philjs/jobs-core/backend';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { redisOrderStore } from '../../src/parts/redis-order-store.ts';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { ended, LeaseBench } from './lease-bench.ts';

let server: RedisServer;
let bench: LeaseBench;
beforeAll(async () => {
  server = await RedisServer.start();
});
beforeEach(async () => {
  bench = await LeaseBench.open(server);
});
afterEach(() => bench.close());
afterAll(() => server.stop());

const AT = 1_700_000_000_000;
/** Jobs of each shape that a short script reads in its own way. */
const JOBS: readonly Partial<NewJob>[] = [
  { id: 'plain' },
  { id: 'urgent', priority: 3, payload: { a: '\u2028' }, metadata: { tags: ['x'] } },
  { id: 'keyed', order: { fairKey: 'pj:keep', weight: 2 } },
  { id: 'due', order: { deadlineAt: AT } },
  { id: 'both', order: { fairKey: 'a,b', deadlineAt: AT } },
  { id: 'rated', rateKey: 'r' },
];

/** Runs all jobs, two at a time, and compares what is handed out with what is stored. */
async function compareAll(): Promise<string[]> {
  const ran: string[] = [];
  // The first look of a worker takes the whole script.
  let { jobs } = await bench.exchange('w', 0);
  do {
    const ends = jobs.map((job) => ended(job, { type: 'complete', result: null }));
    ({ jobs } = await bench.exchange('w', 2, ends));
    for (const job of jobs) {
      ran.push(job.id);
      // Where a field has no value, a job that was read has none. Only one that is read by its id tells its lease.
      expect({ ...job }).toEqual({ ...(await bench.jobs.get(job)), lease: undefined });
    }
  } while (jobs.length > 0);
  return ran.sort();
}

test.each(['fifo', 'fair', 'ageing', 'deadline'] as const)(
  'hands jobs of every shape out as they are stored, in the order %s',
  async (policy) => {
    const order = policy === 'ageing' ? { policy, agePerPriority: 60_000 } : { policy };
    await redisOrderStore(bench.store).set({ order });
    await bench.add(...JOBS);
    expect(await compareAll()).toEqual(JOBS.map(({ id }) => id).sort());
  },
);

test('hands the members of a batch out as they are stored, and the job that waits for them', async () => {
  const flows = redisWorkflowStore(bench.store);
  await bench.add(...JOBS);
  const ids = Array.from({ length: 300 }, (_, index) => `member-${index}`);
  const keep = { ageMs: 86_400_000, count: 1_000 };
  const made = (id: string): NewJob => ({
    ...{ id, name: 'work', payload: 1, version: 1, priority: 0, maxAttempts: 1, metadata: {} },
    ...{ createdAt: AT, runAt: AT, keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
  });
  const dependsOn = ids.map((id) => ({ queueName: bench.name, id }));
  const then: NewJob = { ...made('then'), dependsOn, onDependencyFailure: 'fail' };
  await flows.add({ jobs: [...ids.map(made), then] });
  expect(await compareAll()).toEqual([...JOBS.map(({ id }) => id), ...ids, 'then'].sort());
});
