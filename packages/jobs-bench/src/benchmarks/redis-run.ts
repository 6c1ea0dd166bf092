import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, cpuPerJob, jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import type { Target } from '../benchmark/target.ts';
import { countdown } from '../contenders/countdown.ts';
import {
  loadContender,
  type RedisContenderName,
  redisContenders,
} from '../contenders/redis/load-contender.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface RunParams extends Params {
  readonly contender: RedisContenderName;
  readonly concurrency: number;
  readonly jobs: number;
  readonly warmUp: number;
}

/** The concurrencies, with the least ratio of jobs a second to raw BullMQ's that each is to reach. */
const LEAST = { 1: 1.1, 16: 1.5, 50: 2 } as const;
const CONCURRENCIES = [1, 16, 50] as const;
const JOBS = { tiny: 50, quick: 4_000, full: 20_000 };

/** Measures running jobs that are waiting on Redis. */
export const redisRun: Benchmark = defineBenchmark<RunParams>({
  name: 'redis-run',
  title: 'run jobs that do nothing, on Redis',
  method:
    'All jobs wait; timed from the first handler after a warm-up to the last, in one worker process. A tenth as many jobs ' +
    'at concurrency 1. Commands are those of `INFO commandstats`, which counts those inside scripts too.',
  needsRedis: true,
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: [
    ...CONCURRENCIES.map((concurrency) => ({
      title: `run at concurrency ${concurrency} against raw BullMQ`,
      ...ratioIn(titleOf(concurrency), LEAST[concurrency]),
    })),
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) =>
    CONCURRENCIES.map((concurrency) => ({
      title: titleOf(concurrency),
      contenders: redisContenders.map((contender) => {
        const jobs = concurrency === 1 ? Math.ceil(JOBS[size] / 10) : JOBS[size];
        return {
          id: contender,
          params: { contender, concurrency, jobs, warmUp: Math.ceil(jobs / 10) },
        };
      }),
    })),
  measure,
});

function titleOf(concurrency: number): string {
  return `concurrency ${concurrency}`;
}

function ratioIn(title: string, atLeast: number): Omit<Target, 'title'> {
  return {
    case: title,
    contender: 'bullmq',
    figure: jobsPerSecond.key,
    of: 'ratio',
    atLeast,
  };
}

async function measure(params: RunParams, { redisPort }: { redisPort: number }): Promise<Measured> {
  const { contender, concurrency, jobs, warmUp } = params;
  const setUp = await loadContender(contender);
  return watchBoth(redisPort, jobs, async (measured) => {
    const warm = countdown(warmUp);
    const all = countdown(warmUp + jobs);
    const onStart = (): void => {
      warm.count();
      all.count();
    };
    const run = await setUp({ port: redisPort, concurrency, onStart });
    await storeAll(run, warmUp + jobs, '1,000 at once');
    await run.start();
    await warm.done;
    await measured(() => all.done);
    return run;
  });
}
