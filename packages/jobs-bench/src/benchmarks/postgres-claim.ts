import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Surroundings,
} from '../benchmark/benchmark.ts';
import type { Figure } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import { stopwatch } from '../harness/stopwatch.ts';

interface ClaimParams extends Params {
  readonly finished: number;
  readonly jobs: number;
}

const FINISHED = { tiny: [0, 200], quick: [0, 100_000], full: [0, 1_000_000] };
const JOBS = { tiny: 48, quick: 5_000, full: 20_000 };
const KEPT = 10_000_000;

const timePerJob: Figure = {
  key: 'timePerJob',
  title: 'time per job',
  unit: 'microseconds',
  better: 'lower',
};

/** Measures whether jobs that have finished make those that wait dearer, on PostgreSQL. */
export const postgresClaim: Benchmark = defineBenchmark<ClaimParams>({
  name: 'postgres-claim',
  title: 'what a job costs above many that have finished, on PostgreSQL',
  method:
    'That number of completed jobs is kept, and the planner has its statistics of them. Jobs that do nothing wait; timed is running ' +
    'them at concurrency 16, in one process. The ratio is the cost against that with none finished.',
  needsPostgres: true,
  ratioTitle: 'cost : cost with none',
  ratiosTurned: true,
  figures: [timePerJob],
  targets: [
    {
      title: 'cost of a job above 1,000,000 finished ones against none',
      case: '',
      contender: '1,000,000 finished',
      figure: timePerJob.key,
      of: 'ratio',
      atMost: 1.2,
    },
  ],
  rounds: { tiny: 1, quick: 3, full: 5 },
  cases: (size) => [
    {
      title: '',
      contenders: FINISHED[size].map((finished) => ({
        id: `${finished.toLocaleString('en-GB')} finished`,
        params: { finished, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure(
  { finished, jobs }: ClaimParams,
  { postgresUrl }: Surroundings,
): Promise<Measured> {
  const { defineJob } = await import('@philjs/jobs-core');
  const { createQueue } = await import('@philjs/jobs-postgres');
  const { makeDatabase } = await import('../harness/own-database.ts');
  const database = await makeDatabase(postgresUrl);
  const warmUp = Math.ceil(jobs / 10);
  const warm = countdown(warmUp);
  const all = countdown(warmUp + jobs);
  const job = defineJob({
    name: 'send-mail',
    removeOnComplete: { count: KEPT },
    handler: async (_payload: { to: string; subject: string }) => {
      warm.count();
      all.count();
    },
  });
  const queue = createQueue({ jobs: [job], concurrency: 16, postgres: database.url });
  const items = Array.from({ length: warmUp + jobs }, (_, index) => ({
    job,
    payload: mailPayload(index),
  }));
  await queue.enqueueMany(items);
  await addFinished(database.query, finished);
  await database.query('VACUUM ANALYZE');
  await queue.process();
  await warm.done;
  const { wallMs } = await stopwatch(() => all.done);
  await queue.close({ timeout: 1000 });
  await database.drop();
  return { timePerJob: (wallMs / jobs) * 1000 };
}

/** Copies a waiting job as many completed ones, as if they had ended during the last minutes. */
async function addFinished(
  query: (text: string, values: readonly unknown[]) => Promise<unknown>,
  finished: number,
): Promise<void> {
  const columns =
    'queue, name, version, priority, created_at, run_at, max_attempts, keep, payload, metadata';
  await query(
    `INSERT INTO philjs_jobs.jobs (id, status, rank, turn, attempts_made, fencing_token, processed_at, finished_at, ${columns})
      SELECT 'finished-' || n, 'completed', j.created_at, -n, 1, 1, j.created_at, j.created_at, ${columns}
      FROM (SELECT * FROM philjs_jobs.jobs LIMIT 1) j CROSS JOIN generate_series(1, $1::int) n`,
    [finished],
  );
  await query(
    `INSERT INTO philjs_jobs.counts SELECT queue, 'completed', name, $1::int FROM philjs_jobs.jobs LIMIT 1`,
    [finished],
  );
}
