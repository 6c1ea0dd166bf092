import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
  type Surroundings,
} from '../benchmark/benchmark.ts';
import { latencyFigures } from '../benchmark/figure.ts';
import {
  loadContender,
  type PostgresContenderName,
} from '../contenders/postgres/load-contender.ts';
import { startLatencies } from '../contenders/start-latencies.ts';
import { quantile } from '../harness/statistics.ts';

interface LatencyParams extends Params {
  readonly contender: PostgresContenderName;
  readonly jobs: number;
}

const JOBS = { tiny: 5, quick: 100, full: 200 };
const CONTENDERS = ['philjs', 'pg-boss, batches', 'graphile-worker'] as const;

/** Measures how soon an idle worker on PostgreSQL starts a job that is enqueued. */
export const postgresLatency: Benchmark = defineBenchmark<LatencyParams>({
  name: 'postgres-latency',
  title: 'from enqueue to the start of the handler, on an idle worker on PostgreSQL',
  method:
    'One job at a time, producer and worker in one process: from the call that stores it to the first line of its handler. ' +
    'The next one follows 2 ms after. All are woken by NOTIFY.',
  needsPostgres: true,
  ratioTitle: 'ours : it',
  figures: latencyFigures,
  targets: [],
  rounds: { tiny: 1, quick: 3, full: 7 },
  cases: (size) => [
    {
      title: '',
      contenders: CONTENDERS.map((contender) => ({
        id: contender,
        params: { contender, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure(
  { contender, jobs }: LatencyParams,
  { postgresUrl }: Surroundings,
): Promise<Measured> {
  const { makeDatabase } = await import('../harness/own-database.ts');
  const setUp = await loadContender(contender);
  const database = await makeDatabase(postgresUrl);
  const latencies = await startLatencies(jobs, (onStart) =>
    setUp({ url: database.url, concurrency: 1, onStart }),
  );
  await database.drop();
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}
