import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
} from '../benchmark/benchmark.ts';
import type { Figure } from '../benchmark/figure.ts';
import type { Target } from '../benchmark/target.ts';
import type { ScheduleStoreName } from '../contenders/scheduler/schedule-store.ts';
import { CountingClock } from '../harness/counting-clock.ts';
import { collectGarbage } from '../harness/stopwatch.ts';

interface StartupParams extends Params {
  readonly store: ScheduleStoreName;
  readonly schedules: number;
  readonly watchMs: number;
}

const SCHEDULES = { tiny: 100, quick: 10_000, full: 10_000 };
const WATCH_MS = { tiny: 200, quick: 10_000, full: 30_000 };
/** How long the scheduler may settle before it is measured. */
const SETTLE_MS = 1_000;

const first: Figure = {
  key: 'firstMs',
  title: 'first start',
  unit: 'milliseconds',
  better: 'lower',
};
const again: Figure = {
  key: 'againMs',
  title: 'start again',
  unit: 'milliseconds',
  better: 'lower',
};
const timers: Figure = {
  key: 'timers',
  title: 'timers pending',
  unit: 'count',
  better: 'lower',
};
const wakes: Figure = {
  key: 'wakesPerMinute',
  title: 'timers set per minute',
  unit: 'count',
  better: 'lower',
};

/** Measures how long a process with very many schedules takes to start, and its work afterwards. */
export const schedulerStartup: Benchmark = defineBenchmark<StartupParams>({
  name: 'scheduler-startup',
  title: 'starting with 10,000 schedules, and waiting for them',
  method:
    'Patterns of a night in five time zones, none due. First start: `sync` of all of them into an empty store, and `start`. Start ' +
    'again: the same by another queue and scheduler on what is stored, as after a deploy that changed nothing (in memory nothing ' +
    'is: the code is warm, that is all). Then it is watched for half a minute while nothing is due: the timers on its clock, and the ' +
    'commands Redis gets.',
  needsRedis: true,
  ratioTitle: '',
  figures: [
    first,
    again,
    timers,
    wakes,
    {
      key: 'commandsPerMinute',
      title: 'Redis commands per minute',
      unit: 'count',
      better: 'lower',
    },
  ],
  targets: [
    targetOf(first, 'redis', 'first start on Redis, in milliseconds', 2000),
    targetOf(again, 'redis', 'start again on Redis, in milliseconds', 2000),
    targetOf(timers, 'redis', 'timers pending over 10,000 schedules on Redis', 1),
    targetOf(timers, 'memory', 'timers pending over 10,000 schedules in memory', 1),
    targetOf(wakes, 'redis', 'timers set per minute, with one look every 5 s', 12),
  ],
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) => [caseOf(size, 'memory'), caseOf(size, 'redis')],
  measure,
});

function targetOf(figure: Figure, store: ScheduleStoreName, title: string, atMost: number): Target {
  const about = { case: titleOf(store), contender: 'philjs', figure: figure.key } as const;
  return { title, ...about, of: 'median', atMost };
}

function titleOf(store: ScheduleStoreName): string {
  return store === 'redis' ? 'on Redis' : 'in memory';
}

function caseOf(
  size: Size,
  store: ScheduleStoreName,
): ReturnType<Benchmark<StartupParams>['cases']>[number] {
  const params = { store, schedules: SCHEDULES[size], watchMs: WATCH_MS[size] };
  return { title: titleOf(store), contenders: [{ id: 'philjs', params }] };
}

async function measure(
  { store, schedules, watchMs }: StartupParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { systemClock } = await import('@philjs/jobs-core');
  const { Scheduler } = await import('@philjs/jobs-scheduler');
  const { clearStore, openQueue } = await import('../contenders/scheduler/schedule-store.ts');
  const { nightlySchedules, tickJob } = await import('../contenders/scheduler/many-schedules.ts');
  await clearStore(store, redisPort);
  const items = nightlySchedules(schedules, new Date());
  const clock = new CountingClock(systemClock);
  const start = async (): Promise<{ ms: number; close(): Promise<void> }> => {
    collectGarbage();
    const from = performance.now();
    const queue = await openQueue(store, redisPort, { jobs: [tickJob] });
    const scheduler = new Scheduler(queue, { clock });
    await scheduler.sync(items);
    await scheduler.start();
    return {
      ms: performance.now() - from,
      close: async () => {
        await scheduler.stop();
        await queue.close();
      },
    };
  };
  const firstStart = await start();
  await firstStart.close();
  const nextStart = await start();
  await sleep(SETTLE_MS);
  const setBefore = clock.set;
  const commands = await countCommands(store, redisPort, () => sleep(watchMs));
  const measured = {
    firstMs: firstStart.ms,
    againMs: nextStart.ms,
    timers: clock.pending,
    wakesPerMinute: ((clock.set - setBefore) / watchMs) * 60_000,
    commandsPerMinute: (commands / watchMs) * 60_000,
  };
  await nextStart.close();
  return measured;
}

async function countCommands(
  store: ScheduleStoreName,
  redisPort: number,
  work: () => Promise<void>,
): Promise<number> {
  if (store === 'memory') return work().then(() => 0);
  const { RedisMeter } = await import('../harness/redis-meter.ts');
  const meter = new RedisMeter(redisPort);
  const { commands } = await meter.watch(work);
  meter.close();
  return commands;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
