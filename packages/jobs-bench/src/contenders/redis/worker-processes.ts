import type { Measured } from '../../benchmark/benchmark.ts';
import { measureApart, type Task } from '../../harness/measure-apart.ts';
import { watchBoth } from '../../harness/watch-both.ts';
import { loadContender, type RedisContenderName } from './load-contender.ts';
import { storeAll } from './store-all.ts';

/** Says what several worker processes run. */
export interface ProcessesRun {
  readonly contender: RedisContenderName;
  readonly concurrency: number;
  readonly jobs: number;
  readonly port: number;
}

/** The keys by which the processes wait for each other, and count what they started. */
const KEYS = { ready: 'bench:ready', go: 'bench:go', started: 'bench:started' } as const;
const LOOK_MS = 10;

/** Runs waiting jobs in worker processes, which stand ready when the time begins; `task` is that of one of them. */
export async function runInProcesses(
  { contender, jobs, port }: ProcessesRun,
  processes: number,
  task: Task,
): Promise<Measured> {
  const redis = await connect(port);
  let workers: Promise<readonly Measured[]> = Promise.resolve([]);
  const measured = await watchBoth(port, jobs, async (timed) => {
    const setUp = await loadContender(contender);
    const run = await setUp({ port, concurrency: 1, onStart: () => undefined });
    await storeAll(run, jobs, '1,000 at once');
    workers = Promise.all(Array.from({ length: processes }, () => measureApart(task)));
    await until(async () => Number(await redis.get(KEYS.ready)) === processes);
    await timed(async () => {
      await redis.set(KEYS.go, 1);
      await until(async () => Number(await redis.get(KEYS.started)) >= jobs);
    });
    return run;
  });
  redis.disconnect();
  const cpuMs = (await workers).reduce((sum, { cpuMs: own = 0 }) => sum + own, 0);
  return { ...measured, cpuPerJob: (cpuMs / jobs) * 1000 };
}

/** Is one of these processes: runs jobs until all have been started. Returns the processor time it took. */
export async function runAsOne({
  contender,
  concurrency,
  jobs,
  port,
}: ProcessesRun): Promise<Measured> {
  const redis = await connect(port);
  let started = 0;
  const setUp = await loadContender(contender);
  const onStart = (): void => {
    started += 1;
  };
  const run = await setUp({ port, concurrency, onStart });
  await redis.incr(KEYS.ready);
  await until(async () => (await redis.exists(KEYS.go)) === 1);
  const before = process.cpuUsage();
  await run.start();
  await until(async () => {
    const fresh = started;
    started = 0;
    return (await redis.incrby(KEYS.started, fresh)) >= jobs;
  });
  const { user, system } = process.cpuUsage(before);
  await run.close();
  redis.disconnect();
  return { cpuMs: (user + system) / 1000 };
}

async function connect(port: number) {
  const { Redis } = await import('ioredis');
  return new Redis({ host: '127.0.0.1', port });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
