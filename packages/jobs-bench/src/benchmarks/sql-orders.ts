import type { BackendFactory, OrderPolicy } from '@philjs/jobs-core';
import { createQueue, defineJob, type EnqueueItem } from '@philjs/jobs-core';
import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Size,
  type Surroundings,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import { fill } from '../contenders/memory/fill.ts';
import { withOwnFile } from '../harness/own-file.ts';
import { stopwatch } from '../harness/stopwatch.ts';

interface Setup extends Params {
  readonly keys: number;
  /** How many jobs one of the keys has. */
  readonly backlog: number;
  readonly jobsPerKey: number;
  /** How many jobs are timed. */
  readonly jobs: number;
  readonly warmUp: number;
}

interface OrderParams extends Setup {
  readonly order: OrderPolicy;
}

const SETUPS: { readonly [size in Size]: Setup } = {
  tiny: { keys: 10, backlog: 100, jobsPerKey: 5, jobs: 48, warmUp: 10 },
  quick: { keys: 1000, backlog: 100_000, jobsPerKey: 10, jobs: 8_000, warmUp: 1_000 },
  full: { keys: 1000, backlog: 100_000, jobsPerKey: 20, jobs: 15_000, warmUp: 2_000 },
};

interface Work {
  readonly tenant: string;
}

/** Measures what a fair order costs on SQLite, with many keys of which one has most of the jobs. */
export const sqliteOrders: Benchmark = ordersOf('sqlite', async (work) => {
  const { sqliteBackend } = await import('@philjs/jobs-sqlite');
  return withOwnFile((path) => work(sqliteBackend({ path })));
});

/** Measures what a fair order costs on PostgreSQL, with many keys of which one has most of the jobs. */
export const postgresOrders: Benchmark = ordersOf('postgres', async (work, { postgresUrl }) => {
  const { postgresBackend } = await import('@philjs/jobs-postgres');
  const { makeDatabase } = await import('../harness/own-database.ts');
  const database = await makeDatabase(postgresUrl);
  const measured = await work(postgresBackend({ postgres: database.url }));
  await database.drop();
  return measured;
});

function ordersOf(
  store: 'sqlite' | 'postgres',
  within: (
    work: (backend: BackendFactory) => Promise<Measured>,
    surroundings: Surroundings,
  ) => Promise<Measured>,
): Benchmark {
  return defineBenchmark<OrderParams>({
    name: `${store}-orders`,
    title: `run jobs of 1,000 keys in turn, on ${store === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`,
    method:
      'One key has 100,000 jobs that do nothing, 999 others have some each. All wait; timed from the first handler after a warm-up, at ' +
      'concurrency 16 in one process. The definition is the same in each order. The processor time is that of this process.',
    ...(store === 'postgres' && { needsPostgres: true }),
    ratioTitle: 'fair : it',
    figures: [jobsPerSecond, cpuPerJob],
    targets: [
      {
        title: 'fair against fifo',
        case: 'run',
        contender: 'fifo',
        figure: jobsPerSecond.key,
        of: 'ratio',
        atLeast: 0.5,
      },
    ],
    rounds: { tiny: 1, quick: 3, full: 5 },
    cases: (size) => [
      {
        title: 'run',
        contenders: (['fair', 'fifo', 'deadline'] as const).map((order) => ({
          id: order,
          params: { ...SETUPS[size], order },
        })),
      },
    ],
    measure: (params, surroundings) => within((backend) => run(params, backend), surroundings),
  });
}

async function run(params: OrderParams, backend: BackendFactory): Promise<Measured> {
  const { order, keys, backlog, jobsPerKey, jobs, warmUp } = params;
  const warm = countdown(warmUp);
  const all = countdown(warmUp + jobs);
  const work = defineJob({
    name: 'work',
    fairKey: ({ tenant }: Work) => tenant,
    handler: async (_work: Work) => {
      warm.count();
      all.count();
    },
  });
  const queue = createQueue({ jobs: [work], concurrency: 16, order, backend });
  const itemOf = (tenant: string): EnqueueItem => ({ job: work, payload: { tenant } });
  await fill(queue as never, backlog, () => itemOf('large'));
  const small = (keys - 1) * jobsPerKey;
  await fill(queue as never, small, (index) => itemOf(`tenant-${index % (keys - 1)}`));
  await queue.process();
  await warm.done;
  const { wallMs, cpuMs } = await stopwatch(() => all.done);
  await queue.close({ timeout: 1000 });
  return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
}
