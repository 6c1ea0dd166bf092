import {
  type Benchmark,
  defineBenchmark,
  type Measured,
  type Params,
} from '../benchmark/benchmark.ts';
import { jobsPerSecond, redisCpuPerJob } from '../benchmark/figure.ts';
import { measureApart } from '../harness/measure-apart.ts';
import { watchBoth } from '../harness/watch-both.ts';

interface ScaleParams extends Params {
  /** Whether this process measures, or is a worker for the one that measures. */
  readonly role: 'measure' | 'work';
  readonly processes: number;
  readonly jobs: number;
  /** For how long each handler keeps its process's core busy, in microseconds. */
  readonly workUs: number;
}

const PROCESSES = [1, 2, 4];
const WORK_US = [0, 1000];
const JOBS = { tiny: 40, quick: 10_000, full: 40_000 };

/** Measures the effect of more worker processes. */
export const scale: Benchmark = defineBenchmark<ScaleParams>({
  name: 'scale',
  title: 'one, two and four worker processes on one Redis',
  method:
    'All jobs wait on a paused queue; as many processes as said, each of concurrency 16, stand ready; timed from the end of the ' +
    'pause to the end of the last job. Handlers do nothing, or keep a core busy for a millisecond (a quarter as many jobs). ' +
    'The redis-server needs a core too: on two cores there is little to gain beyond two processes.',
  needsRedis: true,
  ratioTitle: 'against one',
  ratiosTurned: true,
  figures: [jobsPerSecond, redisCpuPerJob],
  targets: [],
  rounds: { tiny: 1, quick: 1, full: 5 },
  cases: (size) =>
    WORK_US.map((workUs) => ({
      title: workUs === 0 ? 'nothing to do' : 'a millisecond of work',
      contenders: PROCESSES.map((processes) => ({
        id: processes === 1 ? '1 process' : `${processes} processes`,
        params: {
          role: 'measure',
          processes,
          jobs: workUs === 0 ? JOBS[size] : Math.ceil(JOBS[size] / 4),
          workUs,
        },
      })),
    })),
  measure: (params, { redisPort }) =>
    params.role === 'work' ? work(params, redisPort) : measure(params, redisPort),
});

async function measure(params: ScaleParams, redisPort: number): Promise<Measured> {
  const { processes, jobs } = params;
  const { scaleQueue } = await import('../contenders/redis/scale-queue.ts');
  const { storeAll } = await import('../contenders/redis/store-all.ts');
  let workers: Promise<unknown> = Promise.resolve();
  const measured = await watchBoth(redisPort, jobs, async (timed) => {
    const { queue, run } = scaleQueue(redisPort, 0);
    await queue.pause();
    await storeAll(run, jobs, '1,000 a call');
    const task = {
      benchmark: 'scale',
      params: { ...params, role: 'work' },
      redisPort,
      postgresUrl: '',
    };
    workers = Promise.all(Array.from({ length: processes }, () => measureApart(task)));
    await until(async () => (await queue.getWorkers()).length === processes);
    await timed(async () => {
      await queue.resume();
      await until(async () => {
        const { waiting, active } = await queue.getStats();
        return waiting + active === 0;
      });
    });
    return { close: () => Promise.all([workers, queue.close()]).then(() => undefined) };
  });
  return {
    jobsPerSecond: measured['jobsPerSecond'] ?? 0,
    redisCpuPerJob: measured['redisCpuPerJob'] ?? 0,
  };
}

/** Runs jobs until none is left. The measuring process keeps the queue paused until all workers are ready. */
async function work({ workUs }: ScaleParams, redisPort: number): Promise<Measured> {
  const { scaleQueue } = await import('../contenders/redis/scale-queue.ts');
  const { queue } = scaleQueue(redisPort, workUs);
  await queue.process();
  await until(async () => {
    const { waiting, active } = await queue.getStats();
    return waiting + active === 0;
  });
  await queue.close();
  return {};
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
