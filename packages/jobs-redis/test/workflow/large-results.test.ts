import { expect, test, vi } from 'vitest';
import { redisWorkflowStore } from '../../src/workflow/redis-workflow-store.ts';
import { benchOfEachTest } from './bench-of-each-test.ts';

const own = benchOfEachTest();

const MEMBERS = 24;
const MEGABYTE = 1_000_000;

test('reads large results a few at a time, and none where only states are asked for', async () => {
  const { bench } = own;
  const flows = redisWorkflowStore(bench.store);
  const ids = Array.from({ length: MEMBERS }, (_, index) => `member-${index}`);
  // Each returns its payload.
  const members = ids.map((id) => ({ ...bench.job(id), payload: 'x'.repeat(MEGABYTE) }));
  await flows.add({ jobs: [...members, bench.job('final', ids)] });
  await bench.queue.process();
  await bench.queue.waitFor('final');
  const job = { queueName: bench.queue.name, id: 'final' };
  const run = vi.spyOn(bench.store, 'run');
  const sizes = async (): Promise<number[]> => {
    const answers = await Promise.all(run.mock.results.map(({ value }) => value));
    run.mockClear();
    return answers.map((answer) => JSON.stringify(answer).length);
  };

  const { dependencies } = await flows.dependencies({ job, limit: 1000 });
  expect(dependencies.map(({ id, result }) => [id, String(result).length])).toEqual(
    ids.map((id) => [id, MEGABYTE]),
  );
  expect(Math.max(...(await sizes()))).toBeLessThan(6 * MEGABYTE);

  const bare = await flows.dependencies({ job, limit: 1000, withoutResults: true });
  expect(bare.dependencies.map(({ status, result }) => [status, result])).toEqual(
    ids.map(() => ['completed', undefined]),
  );
  expect(await sizes()).toEqual([expect.toSatisfy((size: number) => size < 10_000)]);
});
