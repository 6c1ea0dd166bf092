import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { type OrderedSetup, orderedQueue } from '../contenders/memory/ordered-queue.ts';
import { type Elapsed, stopwatch } from '../harness/stopwatch.ts';

const SETUPS: { readonly [size in Size]: Omit<OrderedSetup, 'order'> } = {
  tiny: { keys: 10, backlog: 100, jobsPerKey: 5 },
  quick: { keys: 1000, backlog: 100_000, jobsPerKey: 50 },
  full: { keys: 1000, backlog: 100_000, jobsPerKey: 100 },
};

interface OrderParams extends Params {
  readonly order: OrderedSetup['order'];
  readonly mode: 'enqueue and run' | 'run';
  readonly keys: number;
  readonly backlog: number;
  readonly jobsPerKey: number;
}

const MODES = ['enqueue and run', 'run'] as const;

/** Measures what a fair order costs, with many keys of which one has most of the jobs. */
export const memoryOrders: Benchmark = defineBenchmark<OrderParams>({
  name: 'memory-orders',
  title: 'run the jobs of 1,000 keys in turn, in memory',
  method:
    'One key has 100,000 jobs that do nothing, 999 others have 100 each. The definition is the same in each order: it computes the ' +
    'key of each job. *enqueue and run* is timed from the first `enqueueMany` to the last job, *run* from the start of the worker. ' +
    'As many jobs before, over each of two other queues, warm the code up. A ratio of 1 means that turns cost nothing.',
  ratioTitle: 'fair : it',
  figures: [jobsPerSecond, cpuPerJob],
  targets: MODES.map((mode) => ({
    title: `fair against fifo, in processor time: ${mode}`,
    case: mode,
    contender: 'fifo',
    figure: cpuPerJob.key,
    of: 'ratio' as const,
    atLeast: 0.9,
  })),
  rounds: { tiny: 1, quick: 5, full: 11 },
  cases: (size) =>
    MODES.map((mode) => ({
      title: mode,
      contenders: (['fair', 'fifo', 'deadline', 'ageing'] as const).map((order) => ({
        id: order,
        params: { ...SETUPS[size], order, mode },
      })),
    })),
  measure,
});

async function measure(params: OrderParams): Promise<Measured> {
  const { keys, backlog, jobsPerKey } = params;
  // V8 has then compiled the code for more than one queue.
  for (let warmUp = 0; warmUp < 2; warmUp++) await once(params);
  const { wallMs, cpuMs } = await once(params);
  const jobs = backlog + (keys - 1) * jobsPerKey;
  return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
}

async function once({ mode, ...setup }: OrderParams): Promise<Elapsed> {
  const queue = await orderedQueue(setup);
  if (mode === 'run') await queue.fill();
  const elapsed = await stopwatch(async () => {
    if (mode !== 'run') await queue.fill();
    await queue.run();
  });
  await queue.close();
  return elapsed;
}
