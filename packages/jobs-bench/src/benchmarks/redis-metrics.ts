import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, cpuPerJob, jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface MetricsParams extends Params {
  readonly metrics: 'with' | 'without';
  readonly jobs: number;
}

/** Enough jobs for several reports to the store; workers report about once a second. */
const JOBS = { tiny: 50, quick: 20_000, full: 100_000 };

/** Measures the cost of collecting metrics on Redis. */
export const redisMetrics: Benchmark = defineBenchmark<MetricsParams>({
  name: 'redis-metrics',
  title: 'running with and without metrics, on Redis',
  method: 'As redis-run at concurrency 16, over the backend with its metrics part and without it.',
  needsRedis: true,
  ratioTitle: 'with : without',
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: [
    {
      title: 'throughput with metrics against without, on Redis',
      case: '',
      contender: 'without',
      figure: jobsPerSecond.key,
      of: 'ratio',
      atLeast: 0.97,
    },
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) => [
    {
      title: '',
      contenders: (['with', 'without'] as const).map((metrics) => ({
        id: metrics,
        params: { metrics, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure(
  { metrics, jobs }: MetricsParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { jobsRedis } = await import('../contenders/redis/jobs-redis.ts');
  const { withoutMetrics } = await import('../contenders/without-metrics.ts');
  return watchBoth(redisPort, jobs, async (measured) => {
    const warmUp = Math.ceil(jobs / 10);
    const warm = countdown(warmUp);
    const all = countdown(warmUp + jobs);
    const onStart = (): void => {
      warm.count();
      all.count();
    };
    const setup = { port: redisPort, concurrency: 16, onStart };
    const run = await jobsRedis(setup, metrics === 'with' ? undefined : withoutMetrics);
    await storeAll(run, warmUp + jobs, '1,000 a call');
    await run.start();
    await warm.done;
    await measured(() => all.done);
    return run;
  });
}
