import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Surroundings,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import {
  loadContender,
  type PostgresContenderName,
} from '../contenders/postgres/load-contender.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { stopwatch } from '../harness/stopwatch.ts';

/** Says when the planner gets its statistics: never, while there is no job, or when all wait. */
type Statistics = 'none' | 'empty' | 'full';

interface RunParams extends Params {
  readonly contender: PostgresContenderName;
  readonly statistics: Statistics;
  readonly jobs: number;
  readonly warmUp: number;
}

const CONCURRENCY = 16;
const JOBS = { tiny: 48, quick: 4_000, full: 4_000 };
const CONTENDERS = ['philjs', 'pg-boss', 'pg-boss, batches', 'graphile-worker'] as const;
const LEAST = { 'pg-boss': 2, 'pg-boss, batches': 1, 'graphile-worker': 1 };
const TITLES: { readonly [statistics in Statistics]: string } = {
  none: 'concurrency 16',
  empty: 'concurrency 16, statistics of an empty queue',
  full: 'concurrency 16, statistics of a full queue',
};

/** Measures running jobs that are waiting on PostgreSQL. */
export const postgresRun: Benchmark = defineBenchmark<RunParams>({
  name: 'postgres-run',
  title: 'run jobs that do nothing, on PostgreSQL',
  method:
    'All jobs wait; timed from the first handler after a warm-up to the last, in one worker process. *pg-boss* acknowledges ' +
    'each job, from 16 loops of `fetch` and `complete`; *pg-boss, batches* is its worker with `batchSize: 16`, which ' +
    'completes 16 jobs in one statement after all of them; graphile-worker has `concurrency: 16`. Statistics are those of ' +
    '`ANALYZE`, taken before the jobs are stored or after. fsync and synchronous_commit are on.',
  needsPostgres: true,
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob],
  targets: (['pg-boss', 'pg-boss, batches', 'graphile-worker'] as const).map((contender) => ({
    title: `run at concurrency 16 against ${contender}`,
    case: TITLES.none,
    contender,
    figure: jobsPerSecond.key,
    of: 'ratio',
    atLeast: LEAST[contender],
  })),
  rounds: { tiny: 1, quick: 3, full: 7 },
  cases: (size) =>
    (['none', 'empty', 'full'] as const).map((statistics) => ({
      title: TITLES[statistics],
      contenders: CONTENDERS.map((contender) => ({
        id: contender,
        params: { contender, statistics, jobs: JOBS[size], warmUp: Math.ceil(JOBS[size] / 10) },
      })),
    })),
  measure,
});

async function measure(params: RunParams, { postgresUrl }: Surroundings): Promise<Measured> {
  const { contender, statistics, jobs, warmUp } = params;
  const { makeDatabase } = await import('../harness/own-database.ts');
  const setUp = await loadContender(contender);
  const database = await makeDatabase(postgresUrl);
  const warm = countdown(warmUp);
  const all = countdown(warmUp + jobs);
  const onStart = (): void => {
    warm.count();
    all.count();
  };
  const run = await setUp({ url: database.url, concurrency: CONCURRENCY, onStart });
  if (statistics === 'empty') await database.query('ANALYZE');
  await storeAll(run, warmUp + jobs, '1,000 a call');
  if (statistics === 'full') await database.query('ANALYZE');
  await run.start();
  await warm.done;
  const { wallMs, cpuMs } = await stopwatch(() => all.done);
  await run.close();
  await database.drop();
  return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
}
