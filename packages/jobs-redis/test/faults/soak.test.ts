import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RedisServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../server/open-client.ts';
import { printReport } from './support/report.ts';

/** How many jobs go through: about five minutes' worth, or fewer with `PHILJS_JOBS_SOAK=100000`. */
const JOBS = Number(process.env['PHILJS_JOBS_SOAK'] ?? 1_000_000);
const BATCH = 10_000;
const PROGRAM = fileURLToPath(new URL('support/soak-process.ts', import.meta.url));

let server: RedisServer;
beforeEach(async () => {
  server = await RedisServer.start();
});
afterEach(() => server.stop());

test('keeps memory and keys bounded over very many jobs', async () => {
  const startedAt = Date.now();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, String(JOBS), String(BATCH)],
    {
      // With an arena for each thread, glibc keeps freed memory by the steps of a busy machine: 1 MB per 100,000 jobs.
      env: { ...process.env, REDIS_URL: server.url, NODE_OPTIONS: '', MALLOC_ARENA_MAX: '1' },
      maxBuffer: 2 ** 24,
    },
  );
  const { heapMb, rssMb } = JSON.parse(stdout) as { heapMb: number[]; rssMb: number[] };
  const admin = openClient(server);
  const keys = await admin.dbsize();
  admin.disconnect();
  const figures = {
    jobs: JOBS,
    seconds: Math.round((Date.now() - startedAt) / 1000),
    keys,
    heapMbPer100k: per100k(heapMb),
    rssMbPer100k: per100k(rssMb),
  };
  printReport('soak', {}, figures);
  expect(keys).toBeLessThan(1100);
  expect(figures.heapMbPer100k).toBeLessThan(1);
  expect(figures.rssMbPer100k).toBeLessThan(1);
}, 1_200_000);

/**
 * How much is added by 100,000 jobs, once it has settled: over the last quarter. The pages a process has grow to their bound
 * until about 700,000 jobs, while its heap stays the same.
 */
function per100k(values: readonly number[]): number {
  const settled = values.slice(Math.floor((3 * values.length) / 4));
  return Math.round((slope(settled) / BATCH) * 100_000 * 100) / 100;
}

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
