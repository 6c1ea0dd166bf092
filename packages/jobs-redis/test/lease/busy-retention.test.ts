import { RedisServer } from '@philjs/jobs-testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
});
