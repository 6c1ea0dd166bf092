import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import { storeAll } from '../contenders/redis/store-all.ts';
import { loadContender } from '../contenders/sqlite/load-contender.ts';
import { withOwnFile } from '../harness/own-file.ts';
import { stopwatch } from '../harness/stopwatch.ts';

interface RunParams extends Params {
  readonly contender: 'philjs' | 'plainjob';
  readonly concurrency: number;
  readonly jobs: number;
  readonly warmUp: number;
}

const CONCURRENCIES = [1, 16];
const JOBS = { tiny: 48, quick: 5_000, full: 20_000 };

/** Measures running jobs that are waiting in a file. */
export const sqliteRun: Benchmark = defineBenchmark<RunParams>({
  name: 'sqlite-run',
  title: 'run jobs that do nothing, on SQLite',
  method:
    'All jobs wait; timed from the first handler after a warm-up to the last, in one process. plainjob runs one job at a ' +
    'time, so at concurrency 16 it has 16 workers. Both use `node:sqlite`, WAL and `synchronous = normal`.',
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob],
  targets: [
    {
      title: 'run at concurrency 16 against plainjob',
      case: titleOf(16),
      contender: 'plainjob',
      figure: jobsPerSecond.key,
      of: 'ratio',
      atLeast: 1,
    },
  ],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) =>
    CONCURRENCIES.map((concurrency) => ({
      title: titleOf(concurrency),
      contenders: (['philjs', 'plainjob'] as const).map((contender) => ({
        id: contender,
        params: { contender, concurrency, jobs: JOBS[size], warmUp: Math.ceil(JOBS[size] / 10) },
      })),
    })),
  measure,
});

function titleOf(concurrency: number): string {
  return `concurrency ${concurrency}`;
}

async function measure({ contender, concurrency, jobs, warmUp }: RunParams): Promise<Measured> {
  const setUp = await loadContender(contender);
  return withOwnFile(async (path) => {
    const warm = countdown(warmUp);
    const all = countdown(warmUp + jobs);
    const onStart = (): void => {
      warm.count();
      all.count();
    };
    const run = await setUp({ path, concurrency, onStart });
    await storeAll(run, warmUp + jobs, '1,000 a call');
    await run.start();
    await warm.done;
    const { wallMs, cpuMs } = await stopwatch(() => all.done);
    await run.close();
    return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
  });
}
