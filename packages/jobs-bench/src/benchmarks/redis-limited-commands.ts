import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, redisCpuPerJob } from '../benchmark/figure.ts';
import type { Limit } from '../contenders/redis/limited-queue.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface CommandsParams extends Params {
  readonly limit: Limit;
  readonly jobs: number;
}

const JOBS = { tiny: 20, quick: 1_000, full: 5_000 };
const LIMITS: readonly Limit[] = ['none', 'rate', 'concurrency'];

/** Counts what a limited job costs Redis in its whole life. */
export const redisLimitedCommands: Benchmark = defineBenchmark<CommandsParams>({
  name: 'redis-limited-commands',
  title: 'commands of a limited job on Redis, from enqueue to its end',
  method:
    'Jobs of one type are enqueued, a thousand a call, and run at concurrency 16: unlimited, limited to 500 a second (all ' +
    'but the first are put back once), or to 2 at once. All commands are counted, those inside scripts too.',
  needsRedis: true,
  ratioTitle: 'limited : plain',
  figures: [commandsPerJob, redisCpuPerJob],
  targets: LIMITS.slice(1).map((limit) => ({
    title: `commands of a job limited by ${limit} against a plain one`,
    case: '',
    contender: limit,
    figure: commandsPerJob.key,
    of: 'ratio' as const,
    atMost: 1.5,
  })),
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) => [
    {
      title: '',
      contenders: LIMITS.map((limit) => ({ id: limit, params: { limit, jobs: JOBS[size] } })),
    },
  ],
  measure,
});

async function measure(
  { limit, jobs }: CommandsParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { limitedQueue } = await import('../contenders/redis/limited-queue.ts');
  return watchBoth(redisPort, jobs, async (measured) => {
    const queue = await limitedQueue({
      port: redisPort,
      limit,
      most: limit === 'rate' ? 500 : 2,
      limitedMs: 0,
      onStart: () => undefined,
    });
    await queue.start();
    await measured(async () => {
      await queue.addLimited(jobs);
      while ((await queue.unfinished()) > 0) await new Promise((done) => setTimeout(done, 250));
    });
    return queue;
  });
}
