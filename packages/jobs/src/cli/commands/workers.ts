import type { SeenWorker, WorkerRequest } from '@philjs/jobs-core';
import { type IQueue, JobsError } from '@philjs/jobs-core';
import { notSupported } from '@philjs/jobs-core/backend';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

/** Describes a worker as the command lists it. */
interface ListedWorker extends Omit<SeenWorker, 'startedAt' | 'seenAt'> {
  readonly queue: string;
  /** How many jobs it runs now, of the first 1,000 active ones. */
  readonly busy: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

/** Registers `workers`. */
export function registerWorkers(program: Command, io: Io): void {
  const workers = program
    .command('workers')
    .description('list the workers now alive on all machines (of all queues, or --queue)');
  registerAsking(
    workers,
    io,
    'quiet',
    'let a worker take no new jobs; it ends when its active jobs have ended',
  );
  registerAsking(
    workers,
    io,
    'stop',
    'stop a worker; it gives back what is still active after 30 s',
  );
  workers.action(async (_flags: unknown, command: Command) => {
    const flags = command.optsWithGlobals<GlobalOptions>();
    await withQueues(io, flags, (context) => list(context, context.queues.some(flags.queue)));
  });
}

function registerAsking(
  workers: Command,
  io: Io,
  request: WorkerRequest,
  description: string,
): void {
  workers
    .command(request)
    .description(description)
    .argument('<id>', 'its id as `workers` lists it, or host:pid for all workers of a process')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions>();
      await withQueues(io, flags, (context) =>
        ask(context, context.queues.some(flags.queue), id, request),
      );
    });
}

async function ask(
  { output }: CommandContext,
  queues: readonly IQueue[],
  id: string,
  request: WorkerRequest,
): Promise<void> {
  const listed = await listedOn(queues);
  const meant = listed.filter((one) => one.id === id || `${one.host}:${one.pid}` === id);
  if (meant.length === 0) {
    const advice = '`philjs-jobs workers` lists those that are alive';
    throw new JobsError('JOBS_NOT_FOUND', `No worker is called ${JSON.stringify(id)}; ${advice}`);
  }
  for (const one of meant) {
    await queues.find(({ name }) => name === one.queue)?.askWorker(one.id, request);
  }
  const what = request === 'stop' ? 'to stop' : 'to take no new jobs';
  output.result(
    meant.map(({ queue, id: asked }) => ({ queue, id: asked, asked: request })),
    () =>
      `${meant.map(({ queue }) => queue).join(', ')}: ${output.hostile(id)} was asked ${what}, and does so within 20 s`,
  );
}

/** Lists the workers of the queues whose backend can. @throws JobsError `JOBS_NOT_SUPPORTED` when none can */
async function listedOn(queues: readonly IQueue[]): Promise<ListedWorker[]> {
  const listing = queues.filter((queue) => queue.backend.capabilities.workers);
  const [first] = queues;
  if (first !== undefined && listing.length === 0)
    throw notSupported(first.backend.name, 'workers');
  return (await Promise.all(listing.map(workersOf))).flat();
}

async function list({ output }: CommandContext, queues: readonly IQueue[]): Promise<void> {
  const workers = await listedOn(queues);
  output.result(workers, () =>
    workers.length === 0
      ? 'No worker is running.'
      : output.table(
          ['queue', 'host', 'pid', 'busy', 'jobs', 'started', 'seen', 'asked', 'id'],
          workers.map((one) => [
            one.queue,
            output.hostile(one.host),
            String(one.pid),
            `${one.busy}/${one.concurrency}`,
            output.hostile(jobsOf(one)),
            one.startedAt.toISOString(),
            one.seenAt.toISOString(),
            one.asked ?? '',
            output.hostile(one.id),
          ]),
        ),
  );
}

async function workersOf(queue: IQueue): Promise<ListedWorker[]> {
  const [workers, { jobs: active }] = await Promise.all([
    queue.getWorkers(),
    queue.getJobs({ status: 'active', limit: 1000 }),
  ]);
  return workers.map(({ startedAt, seenAt, ...worker }) => ({
    queue: queue.name,
    ...worker,
    // It may hold more, ahead of its slots.
    busy: Math.min(
      worker.concurrency,
      active.filter(({ worker: of }) => of === `${worker.host}:${worker.pid}`).length,
    ),
    startedAt: new Date(startedAt),
    seenAt: new Date(seenAt),
  }));
}

/** Lists the jobs that a worker knows, each with its version if that is above 1. */
function jobsOf({ jobs }: ListedWorker): string {
  return Object.entries(jobs)
    .map(([name, version]) => (version === 1 ? name : `${name} v${version}`))
    .join(', ');
}
