import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, cpuPerJob, jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import type { OrderedSetup } from '../contenders/memory/ordered-queue.ts';
import { watchBoth } from '../harness/watch-both.ts';

const SETUPS: { readonly [size in Size]: Omit<OrderedSetup, 'order'> & { readonly runs: number } } =
  {
    tiny: { keys: 10, backlog: 100, jobsPerKey: 5, runs: 50 },
    quick: { keys: 1000, backlog: 100_000, jobsPerKey: 20, runs: 15_000 },
    full: { keys: 1000, backlog: 100_000, jobsPerKey: 60, runs: 50_000 },
  };

interface OrderParams extends Params {
  readonly order: OrderedSetup['order'];
  readonly keys: number;
  readonly backlog: number;
  readonly jobsPerKey: number;
  readonly runs: number;
}

/** Measures what an order costs on Redis, with many keys of which one has most of the jobs. */
export const redisOrders: Benchmark = defineBenchmark<OrderParams>({
  name: 'redis-orders',
  title: 'run the jobs of 1,000 keys in turn, on Redis',
  method:
    'One key has 100,000 jobs that do nothing, 999 others have 20 or 60 each. The definition is the same in each order: it ' +
    'computes the key of each job. All of them wait; timed from the first handler after a warm-up of a tenth to the last of 15,000 ' +
    'or 50,000 jobs, in one worker process of concurrency 50. A ratio of 1 means that turns cost nothing.',
  needsRedis: true,
  ratioTitle: 'fair : it',
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: [
    {
      title: 'throughput of fair against fifo, on Redis',
      case: '',
      contender: 'fifo',
      figure: jobsPerSecond.key,
      of: 'ratio' as const,
      atLeast: 0.5,
    },
  ],
  rounds: { tiny: 1, quick: 5, full: 11 },
  cases: (size) => [
    {
      title: '',
      contenders: (['fair', 'fifo', 'deadline', 'ageing'] as const).map((order) => ({
        id: order,
        params: { ...SETUPS[size], order },
      })),
    },
  ],
  measure,
});

async function measure(
  params: OrderParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { runs, ...setup } = params;
  const { orderedQueue } = await import('../contenders/redis/ordered-queue.ts');
  return watchBoth(redisPort, runs, async (measured) => {
    const warmUp = Math.ceil(runs / 10);
    const warm = countdown(warmUp);
    const all = countdown(warmUp + runs);
    const onStart = (): void => {
      warm.count();
      all.count();
    };
    const queue = await orderedQueue({ ...setup, port: redisPort, onStart });
    await queue.fill();
    await queue.start();
    await warm.done;
    await measured(() => all.done);
    return queue;
  });
}
