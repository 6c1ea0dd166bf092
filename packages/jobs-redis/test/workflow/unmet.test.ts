import { expect, test } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';

const own = benchOfEachTest();

/** Enough that one script cannot look at all of them. */
const MEMBERS = 12_000;

test('finds what a job still waits for behind thousands of jobs that completed', async () => {
  const { bench } = own;
  const flows = redisWorkflowStore(bench.store);
  const members = Array.from({ length: MEMBERS }, (_, index) => bench.job(`member-${index}`));
  const last = { ...bench.job('late-1'), runAt: Date.now() + 3_600_000 };
  const other = { ...bench.job('late-2'), runAt: Date.now() + 3_600_000 };
  const jobs = [...members, last, other];
  await flows.add({
    jobs: [
      ...jobs,
      bench.job(
        'final',
        jobs.map(({ id }) => id),
      ),
    ],
  });
  await bench.queue.process();
  const job = { queueName: bench.queue.name, id: 'final' };
  await expect.poll(async () => (await bench.queue.getJob('final'))?.dependencies?.open).toBe(2);
  const all = await flows.dependencies({ job, unmet: true, limit: 10 });
  expect(all).toEqual({
    dependencies: [
      expect.objectContaining({ id: 'late-1', status: 'delayed' }),
      expect.objectContaining({ id: 'late-2', status: 'delayed' }),
    ],
  });
  const { cursor, ...page } = await flows.dependencies({ job, unmet: true, limit: 1 });
  expect(page.dependencies.map(({ id }) => id)).toEqual(['late-1']);
  const rest = await flows.dependencies({ job, unmet: true, limit: 1, cursor: cursor ?? '' });
  expect(rest.dependencies.map(({ id }) => id)).toEqual(['late-2']);
  expect(rest.cursor).toBeUndefined();
});
