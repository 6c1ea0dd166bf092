import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { jobsPerSecond } from '../benchmark/figure.ts';
import { slope } from '../harness/statistics.ts';
import { collectGarbage } from '../harness/stopwatch.ts';

interface SoakParams extends Params {
  readonly jobs: number;
}

const JOBS = { tiny: 2_000, quick: 200_000, full: 1_000_000 };
/** How many times memory is sampled. */
const LOOKS = 40;
/** The share of samples to ignore at the start, while the kept finished jobs reach their limit. */
const SETTLED = 0.3;
const BURST = 1000;
const PER_JOBS = 100_000;

/** Measures whether memory grows while many jobs of all kinds go through. */
export const soak: Benchmark = defineBenchmark<SoakParams>({
  name: 'soak',
  title: 'memory while a million mixed jobs go through, in memory',
  method:
    '1,000,000 jobs of ten kinds (progress and logs, retries, failures, deduplication, limits, middleware, delays, priorities, ' +
    'expiry, snoozes) with the default retention. Resident memory and heap are read 40 times, each after a collection; the slope ' +
    'is that of the last 70 %, when as many finished jobs are kept as ever will be.',
  ratioTitle: '',
  figures: [
    { key: 'rssSlope', title: 'resident memory per 100,000 jobs', unit: 'bytes', better: 'lower' },
    { key: 'heapSlope', title: 'heap per 100,000 jobs', unit: 'bytes', better: 'lower' },
    { key: 'heapAfter', title: 'heap at the end', unit: 'bytes', better: 'lower' },
    jobsPerSecond,
  ],
  targets: [
    {
      title: 'growth of resident memory per 100,000 jobs, in bytes',
      case: '',
      contender: 'philjs',
      figure: 'rssSlope',
      of: 'median',
      atMost: 2 ** 20,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 1 },
  cases: (size) => [{ title: '', contenders: [{ id: 'philjs', params: { jobs: JOBS[size] } }] }],
  measure,
});

async function measure({ jobs }: SoakParams): Promise<Measured> {
  const { createQueue } = await import('@philjs/jobs-memory');
  const { mixedJobs } = await import('../contenders/memory/mixed-jobs.ts');
  const kinds = mixedJobs();
  const queue = createQueue({ jobs: kinds, concurrency: 16 });
  queue.on('completed', () => undefined);
  queue.on('failed', () => undefined);
  await queue.process();
  const looks: { x: number; rss: number; heap: number }[] = [];
  const burst = Math.min(BURST, Math.ceil(jobs / LOOKS));
  const start = performance.now();
  for (let from = 0; from < jobs; from += burst) {
    const enqueued = Array.from({ length: burst }, (_, offset) => {
      const index = from + offset;
      const kind = kinds[index % kinds.length] as (typeof kinds)[number];
      return queue.enqueue(kind, { index, text: 'x'.repeat(index % 200) });
    });
    await Promise.all(enqueued);
    await untilFewAreLeft(queue);
    if (from >= (looks.length * jobs) / LOOKS) looks.push({ x: from, ...memoryNow() });
  }
  const seconds = (performance.now() - start) / 1000;
  const settled = looks.filter(({ x }) => x >= jobs * SETTLED);
  await queue.close();
  return {
    rssSlope: PER_JOBS * slope(settled.map(({ x, rss }) => ({ x, y: rss }))),
    heapSlope: PER_JOBS * slope(settled.map(({ x, heap }) => ({ x, y: heap }))),
    heapAfter: looks.at(-1)?.heap ?? 0,
    jobsPerSecond: jobs / seconds,
  };
}

/** Waits until the worker has caught up, so that growth does not come from the backlog. */
async function untilFewAreLeft(queue: {
  getStats(): Promise<{ waiting: number; delayed: number }>;
}): Promise<void> {
  for (;;) {
    const { waiting, delayed } = await queue.getStats();
    if (waiting + delayed < BURST / 2) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function memoryNow(): { rss: number; heap: number } {
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}
