import {
  type Benchmark,
  type Contender,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
} from '../benchmark/benchmark.ts';
import { fill } from '../contenders/memory/fill.ts';
import { CountingClock } from '../harness/counting-clock.ts';
import { collectGarbage } from '../harness/stopwatch.ts';

interface DelayedParams extends Params {
  readonly jobs: number;
  /** Whether a worker runs. */
  readonly worker: 'runs' | 'none';
  readonly settleMs: number;
  readonly watchMs: number;
}

const JOBS = { tiny: 1_000, quick: 100_000, full: 1_000_000 };
const WATCH_MS = { tiny: 50, quick: 2_000, full: 10_000 };
/** How long V8 gets after the jobs are made: its garbage collector works long after that. */
const SETTLE_MS = { tiny: 1_000, quick: 5_000, full: 20_000 };
/** The timeout of backend calls; its timers must have ended before the measurement. */
const BACKEND_TIMEOUT_MS = 500;
const HOUR_MS = 3_600_000;

/** Measures the work of an idle worker. */
export const memoryDelayed: Benchmark = defineBenchmark<DelayedParams>({
  name: 'memory-delayed',
  title: 'an idle worker over many delayed jobs, in memory',
  method:
    '1,000,000 jobs are delayed by an hour to 30 days and the worker runs. Twenty seconds later it is watched for ten: ' +
    'how many timers are set on its clock and pending, how many were set meanwhile, and how much processor time the process ' +
    'took. Node itself takes a part of that: see the process that holds the jobs without a worker, and the one without jobs.',
  ratioTitle: 'ours : it',
  figures: [
    { key: 'timers', title: 'timers pending', unit: 'count', better: 'lower' },
    { key: 'timersSet', title: 'timers set meanwhile', unit: 'count', better: 'lower' },
    { key: 'cpuPerSecond', title: 'CPU per second', unit: 'microseconds', better: 'lower' },
  ],
  targets: [
    {
      title: 'timers pending over delayed jobs',
      case: '',
      contender: 'philjs',
      figure: 'timers',
      of: 'median',
      atMost: 1,
    },
    {
      title: 'processor time an idle queue takes, in microseconds a second',
      case: '',
      contender: 'philjs',
      figure: 'cpuPerSecond',
      of: 'median',
      atMost: 1000,
    },
  ],
  rounds: { tiny: 1, quick: 1, full: 3 },
  cases: (size) => [
    {
      title: '',
      contenders: [
        contenderOf(size, 'philjs', JOBS[size], 'runs'),
        contenderOf(size, 'no worker', JOBS[size], 'none'),
        contenderOf(size, 'no queue', 0, 'none'),
      ],
    },
  ],
  measure,
});

function contenderOf(
  size: Size,
  id: string,
  jobs: number,
  worker: DelayedParams['worker'],
): Contender<DelayedParams> {
  return { id, params: { jobs, worker, watchMs: WATCH_MS[size], settleMs: SETTLE_MS[size] } };
}

async function measure({ jobs, worker, watchMs, settleMs }: DelayedParams): Promise<Measured> {
  const { systemClock } = await import('@philjs/jobs-core');
  const clock = new CountingClock(systemClock);
  const queue = jobs === 0 ? undefined : await delayJobs(jobs, worker, clock);
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const setBefore = clock.set;
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const { user, system } = process.cpuUsage(before);
  const measured = {
    timers: clock.pending,
    timersSet: clock.set - setBefore,
    cpuPerSecond: ((user + system) / watchMs) * 1000,
  };
  await queue?.close();
  return measured;
}

async function delayJobs(
  jobs: number,
  worker: DelayedParams['worker'],
  clock: CountingClock,
): Promise<{ close(): Promise<void> }> {
  const { defineJob } = await import('@philjs/jobs-core');
  const { createQueue } = await import('@philjs/jobs-memory');
  const job = defineJob({
    name: 'remind',
    handler: async (_payload: { user: number }) => undefined,
  });
  const queue = createQueue({ jobs: [job], clock, backendTimeout: BACKEND_TIMEOUT_MS });
  if (worker === 'runs') await queue.process();
  await fill(queue, jobs, (user) => {
    // Spread over the month in no particular order, as reminders are.
    const delay = HOUR_MS * (1 + ((user * 7_919) % (30 * 24 - 1)));
    return { job, payload: { user }, options: { delay } };
  });
  return queue;
}
