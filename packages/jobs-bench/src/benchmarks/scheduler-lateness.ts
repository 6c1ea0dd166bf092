import {
  type Benchmark,
  type Case,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
} from '../benchmark/benchmark.ts';
import type { Figure } from '../benchmark/figure.ts';
import type { ScheduleStoreName } from '../contenders/scheduler/schedule-store.ts';
import { quantile } from '../harness/statistics.ts';

interface LatenessParams extends Params {
  readonly store: ScheduleStoreName;
  readonly schedules: number;
  /** How many of them are due each second. */
  readonly dueEachSecond: number;
  readonly worker: 'runs' | 'none';
  readonly warmUpMs: number;
  readonly watchMs: number;
}

const SCHEDULES = { tiny: 120, quick: 10_000, full: 10_000 };
const DUE_EACH_SECOND = { tiny: 2, quick: 100, full: 100 };
const WARM_UP_MS = { tiny: 100, quick: 3_000, full: 5_000 };
const WATCH_MS = { tiny: 1_500, quick: 10_000, full: 30_000 };

const p99: Figure = { key: 'p99', title: 'p99', unit: 'milliseconds', better: 'lower' };

/** Measures how late ticks are fired. */
export const schedulerLateness: Benchmark = defineBenchmark<LatenessParams>({
  name: 'scheduler-lateness',
  title: 'how late the ticks of 10,000 schedules are fired',
  method:
    'From the time a tick is planned for to the time the scheduler tells that its job is stored. 100 due each second: cron patterns ' +
    'of each minute, spread over its seconds, and intervals of a day for the rest. With a worker, the same process runs the jobs, ' +
    'too. All due each second is more than a process can fire on Redis: it fires as many as it can, which is the figure there.',
  needsRedis: true,
  ratioTitle: '',
  figures: [
    p99,
    { key: 'p50', title: 'p50', unit: 'milliseconds', better: 'lower' },
    { key: 'latest', title: 'latest', unit: 'milliseconds', better: 'lower' },
    { key: 'ticksPerSecond', title: 'ticks/s', unit: 'per-second', better: 'higher' },
    { key: 'cpuPerTick', title: 'CPU per tick', unit: 'microseconds', better: 'lower' },
  ],
  targets: [
    {
      title: 'lateness p99 on Redis with 100 ticks due each second, in milliseconds',
      case: '100 due each second, on Redis',
      contender: 'philjs',
      figure: p99.key,
      of: 'median',
      atMost: 50,
    },
    {
      title: 'lateness p99 in memory with 100 ticks due each second, in milliseconds',
      case: '100 due each second, in memory',
      contender: 'philjs',
      figure: p99.key,
      of: 'median',
      atMost: 50,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) => {
    const few = { dueEachSecond: DUE_EACH_SECOND[size] };
    const all = { dueEachSecond: SCHEDULES[size] };
    return [
      caseOf(size, '100 due each second, in memory', { store: 'memory', ...few }),
      caseOf(size, '100 due each second, on Redis', { store: 'redis', ...few }),
      caseOf(size, '100 due each second, on Redis, with a worker', {
        store: 'redis',
        ...few,
        worker: 'runs',
      }),
      caseOf(size, 'all due each second, in memory', { store: 'memory', ...all }),
      caseOf(size, 'all due each second, on Redis', { store: 'redis', ...all }),
    ];
  },
  measure,
});

function caseOf(
  size: Size,
  title: string,
  params: Pick<LatenessParams, 'store' | 'dueEachSecond'> & Partial<LatenessParams>,
): Case<LatenessParams> {
  const sizes = {
    schedules: SCHEDULES[size],
    warmUpMs: WARM_UP_MS[size],
    watchMs: WATCH_MS[size],
  };
  return {
    title,
    contenders: [{ id: 'philjs', params: { worker: 'none', ...sizes, ...params } }],
  };
}

async function measure(
  params: LatenessParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { store, schedules, dueEachSecond, worker, warmUpMs, watchMs } = params;
  const { clearStore, openQueue } = await import('../contenders/scheduler/schedule-store.ts');
  const many = await import('../contenders/scheduler/many-schedules.ts');
  const { Scheduler } = await import('@philjs/jobs-scheduler');
  await clearStore(store, redisPort);
  const queue = await openQueue(store, redisPort, { jobs: [many.tickJob] });
  const scheduler = new Scheduler(queue);
  let from = Number.POSITIVE_INFINITY;
  const lateness: number[] = [];
  const onTick = (scheduledAt: Date): void => {
    if (scheduledAt.getTime() >= from) lateness.push(Date.now() - scheduledAt.getTime());
  };
  await scheduler.sync(
    dueEachSecond === schedules
      ? many.secondlySchedules(schedules, onTick)
      : many.spreadSchedules(schedules, dueEachSecond, onTick),
  );
  if (worker === 'runs') await queue.process();
  await scheduler.start();
  await sleep(warmUpMs);
  from = Date.now();
  const before = process.cpuUsage();
  await sleep(watchMs);
  const { user, system } = process.cpuUsage(before);
  const fired = [...lateness];
  await scheduler.stop();
  await queue.close();
  return {
    p99: quantile(fired, 0.99),
    p50: quantile(fired, 0.5),
    latest: quantile(fired, 1),
    ticksPerSecond: (fired.length / watchMs) * 1000,
    cpuPerTick: (user + system) / fired.length,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
