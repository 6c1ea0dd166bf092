import type { IQueue, SeenWorker } from '@philjs/jobs-core';
import type { LoadPage } from '../page-source.ts';
import type { WorkerRow, WorkersData } from './workers-data.ts';

/** How many running jobs are looked at to tell what runs. */
const ACTIVE = 200;

/** Reads the workers of all queues, and what runs. */
export const loadWorkers: LoadPage<WorkersData> = async ({ monitor: { queues } }) => {
  const lists = await Promise.all(queues.map(readWorkers));
  const running = await Promise.all(queues.map(readRunning));
  return {
    workers: lists.flatMap(({ workers }) => workers ?? []),
    without: lists.filter(({ workers }) => workers?.length === 0).map(({ queue }) => queue),
    unlisted: lists.filter(({ workers }) => workers === undefined).map(({ queue }) => queue),
    running: running.flat(),
  };
};

async function readWorkers(
  queue: IQueue,
): Promise<{ readonly queue: string; readonly workers: WorkerRow[] | undefined }> {
  if (queue.backend.workers === undefined) return { queue: queue.name, workers: undefined };
  const workers = await queue.getWorkers();
  return { queue: queue.name, workers: workers.map((worker) => row(queue.name, worker)) };
}

function row(queue: string, worker: SeenWorker): WorkerRow {
  const { id, host, pid, concurrency, jobs, startedAt, seenAt } = worker;
  const known = Object.entries(jobs).map(([name, version]) =>
    version === 1 ? name : `${name} v${version}`,
  );
  return { queue, id, host, pid, concurrency, jobs: known, startedAt, seenAt };
}

async function readRunning(queue: IQueue): Promise<WorkersData['running']> {
  const { jobs } = await queue.getJobs({ status: 'active', limit: ACTIVE });
  const counts = new Map<string, number>();
  for (const { name } of jobs) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ queue: queue.name, name, count }));
}
