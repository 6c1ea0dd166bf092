import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { heapInUse } from './support/collect-garbage.ts';
import { FaultBench } from './support/fault-bench.ts';
import { printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

/** How many jobs go through: about five minutes' worth, or fewer with `PHILJS_JOBS_SOAK=100000`. */
const JOBS = Number(process.env['PHILJS_JOBS_SOAK'] ?? 1_000_000);
const BATCH = 10_000;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test('keeps memory and keys bounded over very many jobs', async () => {
  const { defineJob } = await import('@philjs/jobs-core');
  const job = defineJob({ name: 'nothing', handler: async () => ({ ok: true }) });
  const queue = bench.queue({ concurrency: 100 });
  queue.register(job);
  await queue.process();
  const admin = openClient(bench.server);
  const heaps: number[] = [];
  const rss: number[] = [];
  const startedAt = Date.now();
  for (let done = 0; done < JOBS; done += BATCH) {
    await queue.enqueueMany(Array.from({ length: BATCH }, (_, i) => ({ job, payload: { i } })));
    await waitFor('the batch is done', async () => {
      const { waiting, active } = await queue.getStats();
      return waiting + active === 0;
    });
    heaps.push(heapInUse() / 2 ** 20);
    rss.push(process.memoryUsage().rss / 2 ** 20);
  }
  const keys = await admin.dbsize();
  await admin.quit();
  const half = Math.floor(heaps.length / 2);
  const per100k = (values: number[]): number =>
    Math.round((slope(values.slice(half)) / BATCH) * 100_000 * 100) / 100;
  printReport(
    'soak',
    {},
    {
      jobs: JOBS,
      seconds: Math.round((Date.now() - startedAt) / 1000),
      keys,
      heapMbPer100k: per100k(heaps),
      rssMbPer100k: per100k(rss),
    },
  );
  expect(keys).toBeLessThan(1100);
  expect(per100k(heaps)).toBeLessThan(1);
}, 1_200_000);

/** The slope of the line that fits values at equal distances best (least squares). */
function slope(values: readonly number[]): number {
  const meanX = (values.length - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [x, y] of values.entries()) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
