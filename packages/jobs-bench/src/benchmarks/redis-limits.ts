import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, cpuPerJob, jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import type { Limit } from '../contenders/redis/limited-queue.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface LimitsParams extends Params {
  readonly limit: Limit;
  readonly limited: number;
  readonly jobs: number;
}

const LIMITED = { tiny: 20, quick: 2_000, full: 10_000 };
const JOBS = { tiny: 20, quick: 4_000, full: 20_000 };
/** The longest wait for limited jobs to be parked. */
const SETTLE_MS = 30_000;

/** Measures what jobs over their limit cost the other jobs. */
export const redisLimits: Benchmark = defineBenchmark<LimitsParams>({
  name: 'redis-limits',
  title: 'another type of jobs beside many that are over their limit, on Redis',
  method:
    '10,000 jobs of a type wait that is limited to 10 a second, or to 2 at once (each takes a second). Once the worker, of ' +
    'concurrency 16, has put back those it had to, jobs of another type are enqueued, a thousand a call, and run: timed to the ' +
    'last of them, against the same without any limited job.',
  needsRedis: true,
  ratioTitle: 'with : without',
  ratiosTurned: true,
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: (['rate', 'concurrency'] as const).map((limit) => ({
    title: `throughput of others beside jobs limited by ${limit} against without them`,
    case: '',
    contender: contenderOf(limit),
    figure: jobsPerSecond.key,
    of: 'ratio' as const,
    atLeast: 0.95,
  })),
  rounds: { tiny: 1, quick: 3, full: 7 },
  cases: (size) => [
    {
      title: '',
      contenders: (['none', 'rate', 'concurrency'] as const).map((limit) => ({
        id: contenderOf(limit),
        params: { limit, limited: limit === 'none' ? 0 : LIMITED[size], jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

function contenderOf(limit: Limit): string {
  if (limit === 'none') return 'without';
  return limit === 'rate' ? 'with 10 a second' : 'with 2 at once';
}

async function measure(
  { limit, limited, jobs }: LimitsParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { limitedQueue } = await import('../contenders/redis/limited-queue.ts');
  return watchBoth(redisPort, jobs, async (measured) => {
    const warmUp = Math.ceil(jobs / 10);
    const warm = countdown(warmUp);
    const all = countdown(warmUp + jobs);
    const queue = await limitedQueue({
      port: redisPort,
      limit,
      most: limit === 'rate' ? 10 : 2,
      limitedMs: limit === 'concurrency' ? 1000 : 0,
      onStart: () => {
        warm.count();
        all.count();
      },
    });
    await queue.addLimited(limited);
    await queue.start();
    await untilSteady(queue.waiting);
    await queue.addOthers(warmUp);
    await warm.done;
    await measured(async () => {
      await queue.addOthers(jobs);
      await all.done;
    });
    return queue;
  });
}

/** Waits until the number of waiting jobs hardly changes for a second. */
async function untilSteady(waiting: () => Promise<number>): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    const now = await waiting();
    if (before - now < 50 || Date.now() > deadline) return;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
