import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { commandsPerJob, cpuPerJob, jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import { countdown } from '../contenders/countdown.ts';
import { watchBoth } from '../harness/watch-both.ts';

const MODES = ['add', 'run'] as const;
/** The size of a batch, in parts of all jobs; 0: the jobs are plain. */
const CONTENDERS = { 'one batch': 1, plain: 0, 'ten batches': 0.1 } as const;

interface WorkflowParams extends Params {
  readonly mode: (typeof MODES)[number];
  readonly jobs: number;
  /** How many jobs belong to one batch; 0: none does. */
  readonly size: number;
}

const JOBS = { tiny: 100, quick: 10_000, full: 10_000 };
const LEAST = { add: 1 / 1.3, run: 0.85 };

/** Measures what it costs that jobs are the members of a batch, on Redis. */
export const redisWorkflows: Benchmark = defineBenchmark<WorkflowParams>({
  name: 'redis-workflows',
  title: 'add and run batches of 10,000 jobs on Redis',
  method:
    'The jobs do nothing; one more runs when those of its batch have ended. *add*: one `enqueueMany` a batch, or one of plain jobs, with no worker. *run*: ' +
    'at concurrency 50, to the start of the last member. Ten batches of a tenth show whether a member costs more in a larger batch.',
  needsRedis: true,
  ratioTitle: 'one batch : it',
  figures: [jobsPerSecond, cpuPerJob, redisCpuPerJob, commandsPerJob],
  targets: [
    ...MODES.map((mode) => ({
      title: `${mode} a batch of 10,000 against plain jobs`,
      case: mode,
      contender: 'plain',
      figure: jobsPerSecond.key,
      of: 'ratio' as const,
      atLeast: LEAST[mode],
    })),
    ...MODES.map((mode) => ({
      title: `${mode}: commands of a member, against one of ten batches`,
      case: mode,
      contender: 'ten batches',
      figure: commandsPerJob.key,
      of: 'ratio' as const,
      // Of what costs less when it is better, a ratio is that of the other to the subject.
      atLeast: 1 / 1.05,
    })),
  ],
  rounds: { tiny: 1, quick: 5, full: 11 },
  cases: (size) =>
    MODES.map((mode) => ({
      title: mode,
      contenders: Object.entries(CONTENDERS).map(([id, part]) => ({
        id,
        params: { mode, jobs: JOBS[size], size: JOBS[size] * part },
      })),
    })),
  measure,
});

async function measure(
  { mode, jobs, size }: WorkflowParams,
  { redisPort }: { redisPort: number },
): Promise<Measured> {
  const { batchedQueue } = await import('../contenders/redis/batched-queue.ts');
  return watchBoth(redisPort, jobs, async (measured) => {
    const all = countdown(jobs);
    const setup = { port: redisPort, jobs, size, onStart: () => all.count() };
    const queue = await batchedQueue(setup);
    if (mode === 'add') {
      await measured(() => queue.add());
      return queue;
    }
    await queue.add();
    await measured(async () => {
      await queue.start();
      await all.done;
    });
    return queue;
  });
}
