import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Surroundings,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { loadContender } from '../contenders/postgres/load-contender.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { stopwatch } from '../harness/stopwatch.ts';

interface EnqueueParams extends Params {
  readonly contender: 'philjs' | 'pg-boss' | 'graphile-worker';
  readonly submission: (typeof SUBMISSIONS)[number];
  readonly jobs: number;
  readonly warmUp: number;
}

const SUBMISSIONS = ['one by one', '16 callers', '1,000 a call'] as const;
const CONTENDERS = ['philjs', 'pg-boss', 'graphile-worker'] as const;
const JOBS = {
  tiny: { 'one by one': 10, '16 callers': 50, '1,000 a call': 100 },
  quick: { 'one by one': 500, '16 callers': 3_000, '1,000 a call': 10_000 },
  full: { 'one by one': 500, '16 callers': 3_000, '1,000 a call': 10_000 },
};

/** Measures storing jobs on PostgreSQL. */
export const postgresEnqueue: Benchmark = defineBenchmark<EnqueueParams>({
  name: 'postgres-enqueue',
  title: 'store jobs on PostgreSQL',
  method:
    'No worker runs. *one by one*: each job is awaited; *16 callers* do so side by side, over a pool of 10 ' +
    'connections. *1,000 a call*: `enqueueMany`, `insert`, `addJobs`. fsync and synchronous_commit are on.',
  needsPostgres: true,
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob],
  targets: SUBMISSIONS.map((submission) => ({
    title: `enqueue ${submission} on PostgreSQL against pg-boss`,
    case: submission,
    contender: 'pg-boss',
    figure: jobsPerSecond.key,
    of: 'ratio',
    atLeast: 1,
  })),
  rounds: { tiny: 1, quick: 3, full: 7 },
  cases: (size) =>
    SUBMISSIONS.map((submission) => ({
      title: submission,
      contenders: CONTENDERS.map((contender) => ({
        id: contender,
        params: {
          contender,
          submission,
          jobs: JOBS[size][submission],
          warmUp: Math.ceil(JOBS[size][submission] / 10),
        },
      })),
    })),
  measure,
});

async function measure(params: EnqueueParams, { postgresUrl }: Surroundings): Promise<Measured> {
  const { contender, submission, jobs, warmUp } = params;
  const { makeDatabase } = await import('../harness/own-database.ts');
  const setUp = await loadContender(contender);
  const database = await makeDatabase(postgresUrl);
  const run = await setUp({ url: database.url, concurrency: 1, onStart: () => undefined });
  await storeAll(run, warmUp, submission);
  const { wallMs, cpuMs } = await stopwatch(() => storeAll(run, jobs, submission));
  await run.close();
  await database.drop();
  return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
}
