import { afterEach, beforeEach, expect, test } from 'vitest';
import { FaultBench } from './support/fault-bench.ts';
import { countRuns, printReport } from './support/report.ts';
import { waitFor } from './support/wait-for.ts';

const MINUTES_5 = 300_000;
/** Longer than a busy machine takes, and shorter than what waits by a clock that is off. */
const SOON_MS = 100_000;
const LEASE_MS = 3000;
/** Longer than two leases. */
const LONG_MS = 6500;

let bench: FaultBench;
beforeEach(async () => {
  bench = await FaultBench.start();
});
afterEach(() => bench.end());

test.each([MINUTES_5, -MINUTES_5, 300, -300])(
  'runs delayed and other jobs in time on workers whose clocks are %i ms off',
  async (skewMs) => {
    await bench.fleet({ skewMs, lockDuration: LEASE_MS }).start(1);
    await bench.fleet({ lockDuration: LEASE_MS }).start(1);
    const queue = bench.queue();
    const accepted = await queue.enqueueMany(
      Array.from({ length: 100 }, (_, i) => ({
        job: 'work',
        payload: { ms: i % 10 === 0 ? LONG_MS : 5 },
        options: i % 2 === 0 ? { delay: 1500 } : {},
      })),
    );
    const enqueuedAt = performance.now();
    await waitFor('all are done', async () => (await queue.getStats()).completed === 100);
    const tookMs = performance.now() - enqueuedAt;
    const report = countRuns(
      accepted.map(({ id }) => id),
      bench.oracle.lines(),
      [],
    );
    printReport(`clock ${skewMs} ms off`, report, { tookMs: Math.round(tookMs) });
    expect(report).toMatchObject({ lost: 0, duplicates: 0, runs: 100 });
    expect(tookMs).toBeGreaterThanOrEqual(1500 + LONG_MS - 50);
    expect(tookMs).toBeLessThan(SOON_MS);
  },
);

test.each([-MINUTES_5, MINUTES_5])(
  'goes on when the clock of a working worker is set %i ms off',
  async (skewMs) => {
    const queue = bench.queue();
    const accepted = await queue.enqueueMany(
      Array.from({ length: 100 }, (_, i) => ({
        job: 'work',
        payload: { ms: i % 10 === 0 ? LONG_MS : 100 },
        options: i % 4 === 0 ? { delay: 3000 } : {},
      })),
    );
    const enqueuedAt = performance.now();
    await bench
      .fleet({ skewMs, stepAfterMs: 3000, lockDuration: LEASE_MS, concurrency: 5 })
      .start(1);
    await waitFor('all are done', async () => (await queue.getStats()).completed === 100);
    const late = await queue.enqueue('work', {});
    const lateMs = await waitFor('one more is done', async () => {
      return (await queue.getJob(late.id))?.status === 'completed';
    });
    const tookMs = Math.round(performance.now() - enqueuedAt);
    const ids = [...accepted, late].map(({ id }) => id);
    const report = countRuns(ids, bench.oracle.lines(), [lateMs]);
    printReport(`clock set ${skewMs} ms off`, report, { tookMs });
    expect(report).toMatchObject({ lost: 0, duplicates: 0, runs: 101 });
    expect(lateMs).toBeLessThan(SOON_MS);
  },
);

test.each([MINUTES_5, -MINUTES_5])(
  'delays by the length given, though the clock of who enqueues is %i ms off',
  async (skewMs) => {
    const queue = bench.queue({ jobMs: 1 });
    await queue.process();
    const { now } = Date;
    Date.now = () => now() + skewMs;
    const enqueuedAt = performance.now();
    const job = await queue.enqueue('work', {}, { delay: 1000 });
    Date.now = now;
    await waitFor('it is done', async () => (await queue.getJob(job.id))?.status === 'completed');
    const tookMs = performance.now() - enqueuedAt;
    printReport('enqueued by a clock that is off', {}, { skewMs, tookMs: Math.round(tookMs) });
    expect(tookMs).toBeGreaterThanOrEqual(950);
    expect(tookMs).toBeLessThan(SOON_MS);
  },
);
