import type { IQueue, Job, SeenWorker } from '@philjs/jobs-core';
import { needsWorker, readStaff } from '@philjs/jobs-core/internal';
import { ofEach } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import type { WorkerRow, WorkersData } from './workers-data.ts';

/** How many active jobs the page reads to count what runs. */
const ACTIVE = 500;
/** How many of its jobs a worker's row names. */
const NAMED = 5;

interface QueueWorkers {
  readonly workers: readonly WorkerRow[] | undefined;
  /** How many of them are alive. */
  readonly alive: number;
  readonly running: WorkersData['running'];
  /** Whether it has work for a worker. */
  readonly isLeft: boolean;
}

/** Reads the workers of all queues and the active jobs. Names queues whose store is away. */
export const loadWorkers: LoadPage<WorkersData> = async ({ monitor }) => {
  const { found, away } = await ofEach(monitor, monitor.queues, read);
  const of = (is: (one: QueueWorkers) => boolean | undefined): string[] =>
    found.filter(([, one]) => is(one)).map(([{ name }]) => name);
  return {
    workers: found.flatMap(([, { workers }]) => workers ?? []),
    without: of(({ workers, alive, isLeft }) => workers && alive === 0 && isLeft),
    idle: of(({ workers, alive, isLeft }) => workers && alive === 0 && !isLeft),
    unlisted: of(({ workers }) => workers === undefined),
    running: found.flatMap(([, { running }]) => running),
    away,
  };
};

async function read(queue: IQueue): Promise<QueueWorkers> {
  const [stats, first] = await Promise.all([
    queue.getStats(),
    queue.getJobs({ status: 'delayed', order: 'oldest', limit: 1 }),
  ]);
  const due = first.jobs[0]?.runAt.getTime();
  const isLeft = needsWorker({
    stats,
    ...(due !== undefined && { nextDelayedMs: due - queue.clock.now() }),
  });
  const { jobs } = await queue.getJobs({ status: 'active', limit: ACTIVE });
  const running = countByName(queue.name, jobs);
  if (queue.backend.workers === undefined) return { workers: undefined, alive: 0, running, isLeft };
  const workers = await queue.getWorkers();
  const { alive = [] } = await readStaff(queue.backend, queue.clock.now());
  const rows = workers.map((worker) => row(queue.name, worker, jobs));
  return { workers: rows, alive: alive.length, running, isLeft };
}

function row(queue: string, worker: SeenWorker, active: readonly Job[]): WorkerRow {
  const { id, host, pid, concurrency, jobs, startedAt, seenAt, asked } = worker;
  const own = active.filter((job) => job.worker === `${host.slice(0, 100)}:${pid}`);
  const known = Object.entries(jobs).map(([name, version]) =>
    version === 1 ? name : `${name} v${version}`,
  );
  const runs = own.slice(0, NAMED).map((job) => ({
    id: job.id,
    name: job.name,
    since: (job.processedAt ?? job.createdAt).getTime(),
  }));
  return {
    ...{ queue, id, host, pid, concurrency, jobs: known, startedAt, seenAt },
    // It may hold more, ahead of its slots.
    busy: Math.min(own.length, concurrency),
    runs,
    ...(asked !== undefined && { asked }),
  };
}

function countByName(queue: string, jobs: readonly Job[]): WorkersData['running'] {
  const counts = new Map<string, number>();
  for (const { name } of jobs) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ queue, name, count }));
}
