import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { cpuPerJob, type Figure } from '../benchmark/figure.ts';
import { fill } from '../contenders/memory/fill.ts';
import { mailPayload } from '../contenders/memory/memory-contender.ts';
import { stopwatch } from '../harness/stopwatch.ts';

/** Says whether the measured jobs run before the waiting ones, or after them. */
type Turn = 'ahead' | 'behind';

interface GrowthParams extends Params {
  readonly turn: Turn;
  readonly waiting: number;
  readonly jobs: number;
}

const TURNS: readonly Turn[] = ['ahead', 'behind'];
const WAITING = {
  tiny: [10, 100],
  quick: [1_000, 100_000],
  full: [1_000, 10_000, 100_000, 1_000_000],
};
const JOBS = { tiny: 50, quick: 50_000, full: 200_000 };

const timePerJob: Figure = {
  key: 'timePerJob',
  title: 'time per job',
  unit: 'microseconds',
  better: 'lower',
};

/** Measures how the cost of a job grows with the number of waiting jobs. */
export const memoryGrowth: Benchmark = defineBenchmark<GrowthParams>({
  name: 'memory-growth',
  title: 'what enqueueing and running one job costs while others wait, in memory',
  method:
    'A number of jobs wait while 200,000 are enqueued and run, each by the handler of the one before. *ahead*: with a higher ' +
    'priority than those that wait. *behind*: at the end of the line, so that each job waits until all that stood before it ' +
    'have run. The ratio is the cost against that with the fewest waiting.',
  ratioTitle: 'cost : cost of the first',
  figures: [timePerJob, cpuPerJob],
  targets: TURNS.map((turn) => ({
    title: `cost of a job ${turn} with 1,000,000 waiting against 1,000`,
    case: turn,
    contender: '1,000,000 waiting',
    figure: timePerJob.key,
    of: 'ratio',
    atMost: 1.3,
  })),
  rounds: { tiny: 1, quick: 3, full: 11 },
  cases: (size) =>
    TURNS.map((turn) => ({
      title: turn,
      contenders: WAITING[size].map((waiting) => ({
        id: `${waiting.toLocaleString('en-GB')} waiting`,
        params: { turn, waiting, jobs: JOBS[size] },
      })),
    })),
  measure,
});

async function measure({ turn, waiting, jobs }: GrowthParams): Promise<Measured> {
  const { defineJob } = await import('@philjs/jobs-core');
  const { createQueue } = await import('@philjs/jobs-memory');
  const warmUp = Math.ceil(jobs / 4);
  const warm = Promise.withResolvers<void>();
  const measured = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let runs = 0;
  const job = defineJob({
    name: 'send-mail',
    handler: async (_payload: { to: string; subject: string }) => {
      runs += 1;
      if (runs === warmUp) {
        warm.resolve();
        await go.promise;
      }
      if (runs < warmUp + jobs) await queue.enqueue(job, mailPayload(runs), options);
      else measured.resolve();
    },
  });
  const options = { priority: turn === 'ahead' ? 1 : 0 };
  const queue = createQueue({ jobs: [job] });
  await fill(queue, waiting, (index) => ({ job, payload: mailPayload(index) }));
  await queue.process();
  await warm.promise;
  const { wallMs, cpuMs } = await stopwatch(async () => {
    go.resolve();
    await measured.promise;
  });
  await queue.close({ timeout: 0 });
  return { timePerJob: (wallMs / jobs) * 1000, cpuPerJob: (cpuMs / jobs) * 1000 };
}
