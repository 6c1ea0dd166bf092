import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, jobsPerSecond } from '../benchmark/figure.ts';
import { type Submission, storeAll } from '../contenders/redis/store-all.ts';
import { loadContender, type SqliteContenderName } from '../contenders/sqlite/load-contender.ts';
import { withOwnFile } from '../harness/own-file.ts';
import { stopwatch } from '../harness/stopwatch.ts';

interface EnqueueParams extends Params {
  readonly contender: SqliteContenderName;
  readonly submission: Submission;
  readonly jobs: number;
  readonly warmUp: number;
}

const SUBMISSIONS: readonly Submission[] = ['one by one', '1,000 at once', '1,000 a call'];
const CONTENDERS = ['philjs', 'plainjob'] as const;
const SYNCED = ['philjs, synced', 'synced writes'] as const;
const JOBS = { tiny: 100, quick: 3_000, full: 10_000 };

/** Measures storing jobs in a file. */
export const sqliteEnqueue: Benchmark = defineBenchmark<EnqueueParams>({
  name: 'sqlite-enqueue',
  title: 'store jobs on SQLite',
  method:
    'No worker runs. *one by one*: each job is awaited, and is a transaction of its own. *1,000 at once*: as many calls, awaited ' +
    'together; plainjob stores each at once. *1,000 a call*: `enqueueMany`, `addMany`. Both use `node:sqlite`, WAL and `synchronous = normal`. *synced*: with `synchronous: full`, beside a program ' +
    'that only appends to a file and waits for the disk each time; a tenth as many jobs.',
  ratioTitle: 'ours : it',
  figures: [jobsPerSecond, cpuPerJob],
  targets: [],
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) => [
    ...SUBMISSIONS.map((submission) => ({
      title: submission as string,
      contenders: contendersOf(CONTENDERS, submission, JOBS[size]),
    })),
    {
      title: 'one by one, synced',
      contenders: contendersOf(SYNCED, 'one by one', Math.ceil(JOBS[size] / 10)),
    },
  ],
  measure,
});

function contendersOf(names: readonly SqliteContenderName[], submission: Submission, jobs: number) {
  return names.map((contender) => ({
    id: contender,
    params: { contender, submission, jobs, warmUp: Math.ceil(jobs / 10) },
  }));
}

async function measure({ contender, submission, jobs, warmUp }: EnqueueParams): Promise<Measured> {
  const setUp = await loadContender(contender);
  return withOwnFile(async (path) => {
    const run = await setUp({ path, concurrency: 1, onStart: () => undefined });
    await storeAll(run, warmUp, submission);
    const { wallMs, cpuMs } = await stopwatch(() => storeAll(run, jobs, submission));
    await run.close();
    return { jobsPerSecond: (jobs / wallMs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
  });
}
