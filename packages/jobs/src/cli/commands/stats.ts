import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueue } from '@philjs/jobs-core';
import { JOB_STATUSES, type QueueStats } from '@philjs/jobs-core';
import { readStaff } from '@philjs/jobs-core/internal';
import { type Command, Option } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { parseDuration } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { untilUnwanted } from '../until-interrupted.ts';

interface StatsFlags extends GlobalOptions {
  readonly watch?: boolean;
  readonly every: number;
}

interface QueueReport extends QueueStats {
  readonly queue: string;
  readonly paused: boolean;
  readonly workers: number;
}

/** Registers `stats`. */
export function registerStats(program: Command, io: Io): void {
  program
    .command('stats')
    .description('count the jobs of each queue by state')
    .option('--watch', 'again and again, until Ctrl-C')
    .addOption(
      new Option('--every <duration>', 'how often with --watch')
        .argParser(parseDuration)
        .default(2000, '2s'),
    )
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<StatsFlags>();
      const over = flags.watch ? untilUnwanted(io.closed) : undefined;
      await withQueues(io, flags, async (context) => {
        const queues = context.queues.some(flags.queue);
        do {
          await report(context, queues);
          if (over === undefined) return;
          await sleep(flags.every, undefined, { signal: over }).catch(() => undefined);
        } while (!over.aborted);
      });
    });
}

async function report({ output }: CommandContext, queues: readonly IQueue[]): Promise<void> {
  const reports = await Promise.all(queues.map(reportOf));
  const text = (): string =>
    output.table(
      ['queue', ...JOB_STATUSES, 'total', 'workers', ''],
      reports.map((one) => [
        one.queue,
        ...JOB_STATUSES.map((state) => {
          const count = String(one[state]);
          return state === 'failed' && one.failed > 0 ? output.style('red', count) : count;
        }),
        String(one.total),
        String(one.workers),
        one.paused ? output.style('yellow', 'paused') : '',
      ]),
    );
  output.redraw(reports, text);
}

async function reportOf(queue: IQueue): Promise<QueueReport> {
  const [stats, paused, { alive = [] }] = await Promise.all([
    queue.getStats(),
    queue.isPaused(),
    readStaff(queue.backend, queue.clock.now()),
  ]);
  return { queue: queue.name, ...stats, paused, workers: alive.length };
}
