import {
  type Benchmark,
  type Case,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
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
import { runAsOne, runInProcesses } from '../contenders/redis/worker-processes.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface RunParams extends Params {
  readonly contender: RedisContenderName;
  /** Whether this process measures, or is a worker for the one that measures. */
  readonly role: 'measure' | 'work';
  readonly processes: number;
  readonly concurrency: number;
  /** How long each handler waits, in milliseconds. */
  readonly waitMs: number;
  readonly jobs: number;
  readonly warmUp: number;
}

const JOBS = { tiny: 50, quick: 4_000, full: 20_000 };
const TITLES = {
  plain1: 'concurrency 1',
  plain16: 'concurrency 16',
  plain50: 'concurrency 50',
  wait16: 'handlers of 1 ms, concurrency 16',
  wait50: 'handlers of 1 ms, concurrency 50',
  four: 'four processes, concurrency 16',
} as const;
type Name = keyof typeof TITLES;

const CASES: {
  readonly [name in Name]: Pick<RunParams, 'concurrency' | 'waitMs' | 'processes'> & {
    /** The part of the jobs of a whole run. */
    readonly part: number;
  };
} = {
  plain1: { concurrency: 1, waitMs: 0, processes: 1, part: 0.1 },
  plain16: { concurrency: 16, waitMs: 0, processes: 1, part: 1 },
  plain50: { concurrency: 50, waitMs: 0, processes: 1, part: 1 },
  wait16: { concurrency: 16, waitMs: 1, processes: 1, part: 0.5 },
  wait50: { concurrency: 50, waitMs: 1, processes: 1, part: 1 },
  four: { concurrency: 16, waitMs: 0, processes: 4, part: 2 },
};

/** The least ratio of jobs a second to raw BullMQ's, and the largest of its processor times. */
const LEAST = {
  plain1: 1.1,
  plain16: 1.5,
  plain50: 2,
  wait16: 1.2,
  wait50: 1.6,
  four: 1.5,
} as const;
const MOST_NODE = { plain16: 0.35, plain50: 0.35 } as const;
const MOST_REDIS = { plain1: 1, plain16: 0.65, plain50: 0.55 } as const;

/** Measures running jobs that are waiting on Redis. */
export const redisRun: Benchmark = defineBenchmark<RunParams>({
  name: 'redis-run',
  title: 'run jobs that do nothing, on Redis',
  method:
    'All jobs wait; timed from the first handler after a warm-up to the last, in one worker process. A tenth as many jobs ' +
    'at concurrency 1. Handlers do nothing, or wait for a timer of 1 ms. Four processes, each of concurrency 16, begin at once: ' +
    'timed to the last start, without a warm-up. Commands are those of `INFO commandstats`, which counts those inside scripts ' +
    'too.',
  needsRedis: true,
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: [
    ...targetsOf(LEAST, (title, least) => ({
      title: `run, ${title}, against BullMQ`,
      figure: jobsPerSecond.key,
      atLeast: least,
    })),
    ...targetsOf(MOST_NODE, (title, most) => ({
      title: `processor time of a job, ${title}, against BullMQ`,
      figure: cpuPerJob.key,
      atLeast: inverted(most),
    })),
    ...targetsOf(MOST_REDIS, (title, most) => ({
      title: `processor time of a job on the server, ${title}, against BullMQ`,
      figure: redisCpuPerJob.key,
      atLeast: inverted(most),
    })),
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) => (Object.keys(TITLES) as Name[]).map((name) => caseOf(name, size)),
  measure: (params, { redisPort: port }) => {
    const { role, processes, contender, concurrency, jobs } = params;
    const run = { contender, concurrency, jobs, port };
    if (role === 'work') return runAsOne(run);
    if (processes === 1) return measure(params, port);
    const task = { benchmark: 'redis-run', redisPort: port, postgresUrl: '' };
    return runInProcesses(run, processes, { ...task, params: { ...params, role: 'work' } });
  },
});

function targetsOf(
  bars: { readonly [name in Name]?: number },
  target: (title: string, bar: number) => Pick<Target, 'title' | 'figure' | 'atLeast'>,
): Target[] {
  return Object.entries(bars).map(([name, bar]) => {
    const title = TITLES[name as Name];
    return { ...target(title, bar), case: title, contender: 'bullmq', of: 'ratio' };
  });
}

/** Turns the most times something may take into the least ratio of what it takes elsewhere to that. */
function inverted(most: number): number {
  return Math.round(1000 / most) / 1000;
}

function caseOf(name: Name, size: Size): Case<RunParams> {
  const { part, processes: most, ...setup } = CASES[name];
  const processes = size === 'tiny' ? Math.min(2, most) : most;
  const jobs = Math.ceil(JOBS[size] * part);
  const counts = { jobs, warmUp: Math.ceil(jobs / 10) };
  return {
    title: TITLES[name],
    contenders: redisContenders.map((contender) => ({
      id: contender,
      params: { contender, role: 'measure', processes, ...setup, ...counts },
    })),
  };
}

async function measure(
  { contender, concurrency, waitMs, jobs, warmUp }: RunParams,
  port: number,
): Promise<Measured> {
  const setUp = await loadContender(contender);
  return watchBoth(port, jobs, async (measured) => {
    const warm = countdown(warmUp);
    const all = countdown(warmUp + jobs);
    const onStart = (): Promise<void> | undefined => {
      warm.count();
      all.count();
      return waitMs > 0 ? new Promise((resolve) => setTimeout(resolve, waitMs)) : undefined;
    };
    const run = await setUp({ port, concurrency, onStart });
    await storeAll(run, warmUp + jobs, '1,000 at once');
    await run.start();
    await warm.done;
    await measured(() => all.done);
    return run;
  });
}
