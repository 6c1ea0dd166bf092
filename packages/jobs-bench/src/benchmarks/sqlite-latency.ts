import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { latencyFigures } from '../benchmark/figure.ts';
import { loadContender } from '../contenders/sqlite/load-contender.ts';
import { startLatencies } from '../contenders/start-latencies.ts';
import { withOwnFile } from '../harness/own-file.ts';
import { quantile } from '../harness/statistics.ts';

interface LatencyParams extends Params {
  readonly contender: 'philjs' | 'plainjob';
  readonly jobs: number;
}

const JOBS = { tiny: 5, quick: 200, full: 1_000 };

/** Measures how soon an idle worker on SQLite starts a job that is enqueued. */
export const sqliteLatency: Benchmark = defineBenchmark<LatencyParams>({
  name: 'sqlite-latency',
  title: 'from enqueue to the start of the handler, on an idle worker on SQLite',
  method:
    'One job at a time, producer and worker in one process: from the call that stores it to the first line of its handler. ' +
    'The next one follows 2 ms after. plainjob looks for jobs every 10 ms, where its default is a second.',
  ratioTitle: 'ours : it',
  figures: latencyFigures,
  targets: [],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) => [
    {
      title: '',
      contenders: (['philjs', 'plainjob'] as const).map((contender) => ({
        id: contender,
        params: { contender, jobs: JOBS[size] },
      })),
    },
  ],
  measure,
});

async function measure({ contender, jobs }: LatencyParams): Promise<Measured> {
  const setUp = await loadContender(contender);
  return withOwnFile(async (path) => {
    const latencies = await startLatencies(jobs, (onStart) =>
      setUp({ path, concurrency: 1, onStart }),
    );
    return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
  });
}
