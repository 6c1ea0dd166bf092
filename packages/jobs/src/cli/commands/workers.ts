import { type IQueue, notSupported, type SeenWorker } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

/** Describes a worker as the command lists it. */
interface ListedWorker extends Omit<SeenWorker, 'startedAt' | 'seenAt'> {
  readonly queue: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

/** Registers `workers`. */
export function registerWorkers(program: Command, io: Io): void {
  program
    .command('workers')
    .description('list the workers now alive on all machines (of all queues, or --queue)')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions>();
      await withQueues(io, flags, (context) => list(context, context.queues.some(flags.queue)));
    });
}

async function list({ output }: CommandContext, queues: readonly IQueue[]): Promise<void> {
  const listing = queues.filter((queue) => queue.backend.capabilities.workers);
  const [first] = queues;
  if (first !== undefined && listing.length === 0)
    throw notSupported(first.backend.name, 'workers');
  const workers = (await Promise.all(listing.map(workersOf))).flat();
  output.result(workers, () =>
    workers.length === 0
      ? 'No worker is running.'
      : output.table(
          ['queue', 'host', 'pid', 'concurrency', 'jobs', 'started', 'seen'],
          workers.map((one) => [
            one.queue,
            output.hostile(one.host),
            String(one.pid),
            String(one.concurrency),
            output.hostile(jobsOf(one)),
            one.startedAt.toISOString(),
            one.seenAt.toISOString(),
          ]),
        ),
  );
}

async function workersOf(queue: IQueue): Promise<ListedWorker[]> {
  const workers = await queue.getWorkers();
  return workers.map(({ startedAt, seenAt, ...worker }) => ({
    queue: queue.name,
    ...worker,
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
