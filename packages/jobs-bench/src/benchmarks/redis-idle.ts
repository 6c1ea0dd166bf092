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

interface IdleParams extends Params {
  readonly contender: RedisContenderName;
  readonly watchMs: number;
}

const WATCH_MS = { tiny: 200, quick: 10_000, full: 60_000 };
const commandsPerSecond: Figure = {
  key: 'commandsPerSecond',
  title: 'commands per second',
  unit: 'count',
  better: 'lower',
};

/** Measures the commands that an idle worker sends to Redis. */
export const redisIdle: Benchmark = defineBenchmark<IdleParams>({
  name: 'redis-idle',
  title: 'what an idle worker asks of Redis',
  method:
    'A worker of concurrency 16 over an empty queue. Once it has waited for three seconds, the commands of a minute are ' +
    'counted, those inside scripts too, and the processor time of its process.',
  needsRedis: true,
  ratioTitle: 'ours : it',
  figures: [
    commandsPerSecond,
    { key: 'cpuPerSecond', title: 'CPU per second', unit: 'microseconds', better: 'lower' },
  ],
  targets: [
    {
      title: 'commands a second of an idle worker',
      case: '',
      contender: 'philjs',
      figure: commandsPerSecond.key,
      of: 'median',
      atMost: 1,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 1 },
  cases: (size) => [
    {
      title: '',
      contenders: redisContenders.map((contender) => ({
        id: contender,
        params: { contender, watchMs: WATCH_MS[size] },
      })),
    },
  ],
  measure,
});

async function measure(
  { contender, watchMs }: IdleParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { RedisMeter } = await import('../harness/redis-meter.ts');
  const meter = new RedisMeter(redisPort);
  await meter.clear();
  const setUp = await loadContender(contender);
  const run = await setUp({ port: redisPort, concurrency: 16, onStart: () => undefined });
  await run.start();
  await sleep(Math.min(3000, watchMs));
  const before = process.cpuUsage();
  const { commands } = await meter.watch(() => sleep(watchMs));
  const { user, system } = process.cpuUsage(before);
  await run.close();
  meter.close();
  return {
    commandsPerSecond: (commands / watchMs) * 1000,
    cpuPerSecond: ((user + system) / watchMs) * 1000,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
