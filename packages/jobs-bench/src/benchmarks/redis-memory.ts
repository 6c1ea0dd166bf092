import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import type { Figure } from '../benchmark/figure.ts';
import {
  loadContender,
  type RedisContenderName,
  redisContenders,
} from '../contenders/redis/load-contender.ts';
import { storeAll } from '../contenders/redis/store-all.ts';

interface MemoryParams extends Params {
  readonly contender: RedisContenderName;
  readonly jobs: number;
}

const JOBS = { tiny: 100, quick: 10_000, full: 50_000 };
const memoryPerJob: Figure = {
  key: 'memoryPerJob',
  title: 'Redis memory per job',
  unit: 'bytes',
  better: 'lower',
};

/** Measures the memory of a waiting job on Redis. */
export const redisMemory: Benchmark = defineBenchmark<MemoryParams>({
  name: 'redis-memory',
  title: 'memory of a job that waits, on Redis',
  method:
    '`used_memory` with 50,000 jobs and without them. The payload is `{ to, subject }` as in the other benchmarks. Ours stores ' +
    'the attempts, the retention and the time of each job, and an event of it in a stream that is trimmed.',
  needsRedis: true,
  ratioTitle: 'ours : it',
  figures: [memoryPerJob],
  targets: [
    {
      title: 'memory of a waiting job, against BullMQ',
      case: '',
      contender: 'bullmq',
      figure: memoryPerJob.key,
      of: 'ratio',
      atLeast: 0.87,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) => [
    {
      title: '',
      contenders: redisContenders.map((contender) => ({
        id: contender,
        params: { contender, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure(
  { contender, jobs }: MemoryParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { RedisMeter } = await import('../harness/redis-meter.ts');
  const meter = new RedisMeter(redisPort);
  await meter.clear();
  const setUp = await loadContender(contender);
  const run = await setUp({ port: redisPort, concurrency: 1, onStart: () => undefined });
  await storeAll(run, Math.ceil(jobs / 50), '1,000 at once');
  const before = await meter.usedMemory();
  await storeAll(run, jobs, '1,000 at once');
  const memoryPerJob = ((await meter.usedMemory()) - before) / jobs;
  await run.close();
  meter.close();
  return { memoryPerJob };
}
