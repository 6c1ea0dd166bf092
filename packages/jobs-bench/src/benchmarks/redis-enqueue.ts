import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, cpuPerJob, jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import {
  loadContender,
  type RedisContenderName,
  redisContenders,
} from '../contenders/redis/load-contender.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface EnqueueParams extends Params {
  readonly contender: RedisContenderName;
  readonly submission: (typeof SUBMISSIONS)[number];
  readonly jobs: number;
  readonly warmUp: number;
}

const SUBMISSIONS = ['one by one', '1,000 at once', '1,000 a call'] as const;
const JOBS = {
  tiny: { 'one by one': 20, '1,000 at once': 200, '1,000 a call': 200 },
  quick: { 'one by one': 1_000, '1,000 at once': 5_000, '1,000 a call': 10_000 },
  full: { 'one by one': 4_000, '1,000 at once': 20_000, '1,000 a call': 40_000 },
};
const LEAST = { 'one by one': 1, '1,000 at once': 1.1, '1,000 a call': 1.5 };

/** Measures storing jobs on Redis. */
export const redisEnqueue: Benchmark = defineBenchmark<EnqueueParams>({
  name: 'redis-enqueue',
  title: 'store jobs on Redis',
  method:
    'No worker runs. *one by one*: each job is awaited. *1,000 at once*: as many calls, awaited together. *1,000 a call*: ' +
    '`enqueueMany`, `addBulk`.',
  needsRedis: true,
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: [
    ...SUBMISSIONS.map((submission) => ({
      title: `enqueue ${submission} against BullMQ`,
      case: submission,
      contender: 'bullmq',
      figure: jobsPerSecond.key,
      of: 'ratio' as const,
      atLeast: LEAST[submission],
    })),
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) =>
    SUBMISSIONS.map((submission) => ({
      title: submission,
      contenders: redisContenders.map((contender) => ({
        id: contender,
        params: {
          contender,
          submission,
          jobs: JOBS[size][submission],
          warmUp: Math.ceil(JOBS[size][submission] / 10),
        },
      })),
    })),
  measure,
});

async function measure(
  params: EnqueueParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { contender, submission, jobs, warmUp } = params;
  const setUp = await loadContender(contender);
  return watchBoth(redisPort, jobs, async (measured) => {
    const run = await setUp({ port: redisPort, concurrency: 1, onStart: () => undefined });
    await storeAll(run, warmUp, submission);
    await measured(() => storeAll(run, jobs, submission));
    return run;
  });
}
