import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, redisCpuPerJob } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import type { Limit } from '../contenders/redis/limited-queue.ts';
import { loadContender } from '../contenders/redis/load-contender.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface CommandsParams extends Params {
  /** The limit of our jobs, or BullMQ's plain jobs. */
  readonly contender: Limit | 'bullmq';
  readonly jobs: number;
}

const JOBS = { tiny: 20, quick: 1_000, full: 5_000 };
const LIMITED: readonly Limit[] = ['rate', 'concurrency'];
/** The jobs that limited jobs are compared with. */
const PLAIN = { 'a plain one': 'none', 'a plain one of raw BullMQ': 'bullmq' } as const;

/** Counts the Redis commands of a limited job over its whole life. */
export const redisLimitedCommands: Benchmark = defineBenchmark<CommandsParams>({
  name: 'redis-limited-commands',
  title: 'commands of a limited job on Redis, from enqueue to its end',
  method:
    'Jobs of one type are enqueued, a thousand a call, and run at concurrency 16: unlimited, limited to 500 a second (all ' +
    'but the first are put back once), or to 2 at once; and plain ones by raw BullMQ. All commands are counted, those ' +
    'inside scripts too.',
  needsRedis: true,
  ratioTitle: 'limited : plain',
  figures: [commandsPerJob, redisCpuPerJob],
  targets: LIMITED.map((limit) => ({
    title: `commands of a job limited by ${limit} against a plain one of raw BullMQ`,
    case: titleOf('a plain one of raw BullMQ'),
    contender: limit,
    figure: commandsPerJob.key,
    of: 'ratio' as const,
    atMost: 0.75,
  })),
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) =>
    Object.entries(PLAIN).map(([plain, contender]) => ({
      title: titleOf(plain),
      contenders: [contender, ...LIMITED].map((id) => ({
        id,
        params: { contender: id, jobs: JOBS[size] },
      })),
    })),
  measure,
});

function titleOf(plain: string): string {
  return `against ${plain}`;
}

async function measure(
  { contender, jobs }: CommandsParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  return watchBoth(redisPort, jobs, (measured) =>
    contender === 'bullmq'
      ? runBullMQ(redisPort, jobs, measured)
      : runOurs(redisPort, jobs, contender, measured),
  );
}

type Watch = (run: () => Promise<void>) => Promise<void>;

async function runOurs(port: number, jobs: number, limit: Limit, measured: Watch) {
  const { limitedQueue } = await import('../contenders/redis/limited-queue.ts');
  const most = limit === 'rate' ? 500 : 2;
  const queue = await limitedQueue({ port, limit, most, limitedMs: 0, onStart: () => undefined });
  await queue.start();
  await measured(async () => {
    await queue.addLimited(jobs);
    while ((await queue.unfinished()) > 0) await new Promise((done) => setTimeout(done, 250));
  });
  return queue;
}

async function runBullMQ(port: number, jobs: number, measured: Watch) {
  const setUp = await loadContender('bullmq');
  const all = countdown(jobs);
  const run = await setUp({ port, concurrency: 16, onStart: () => all.count() });
  await run.start();
  await measured(async () => {
    await storeAll(run, jobs, '1,000 a call');
    await all.done;
  });
  return run;
}
