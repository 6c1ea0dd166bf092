import type { Job } from '@philjs/jobs-core';
import { type MergedResult, searchQueues } from '@philjs/jobs-monitor';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { Output } from '../output.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { readSearch } from '../search.ts';
import { shellWord } from '../shell-word.ts';

interface ListFlags extends GlobalOptions {
  readonly limit: number;
  readonly budget: number;
  readonly cursor?: string;
}

/** Describes a job as the command lists it. */
interface ListedJob extends Job {
  readonly queue: string;
}

/** Holds a page of the list. */
interface Listing extends Omit<MergedResult, 'jobs'> {
  readonly jobs: readonly ListedJob[];
}

/** Registers `list`. */
export function registerList(program: Command, io: Io): void {
  program
    .command('list')
    .description('list the jobs that match a search (of all queues, or --queue), newest first')
    .argument(
      '[search...]',
      'as in `status:failed name:send-email payload.user.id:42 error:"timeout" attempts:>1 since:1h`',
    )
    .option('--limit <n>', 'stop after this many', parseWholeNumber, 50)
    .option('--budget <n>', 'read at most this many jobs of each queue', parseWholeNumber, 5000)
    .option('--cursor <cursor>', 'go on where a search ended')
    .action(async (words: string[], _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ListFlags>();
      await withQueues(io, flags, async (context) => {
        const { queues, output, redactor } = context;
        const { limit, budget, cursor } = flags;
        const query = readSearch(context, words.join(' '));
        const mask = (job: Job): Job => redactor.job(job);
        const searched = queues.some(flags.queue);
        const found = await searchQueues(searched, query, { limit, budget, cursor, mask });
        const jobs = found.jobs.map(({ queue, job }): ListedJob => ({ queue, ...job }));
        output.result({ ...found, jobs }, () =>
          describe({ ...found, jobs }, searched.length > 1, output),
        );
      });
    });
}

function describe(
  { jobs, scanned, total, cursor }: Listing,
  isOfSeveral: boolean,
  output: Output,
): string {
  const queueOf = (name: string): readonly string[] => (isOfSeveral ? [name] : []);
  const rows = jobs.map((job) => [
    output.hostile(job.id),
    ...queueOf(output.hostile(job.queue)),
    output.hostile(job.name),
    job.status === 'failed' ? output.style('red', job.status) : job.status,
    `${job.attemptsMade}/${job.maxAttempts}`,
    timeOf(job).toISOString(),
    output.hostile(
      job.error === undefined ? '' : `${job.error.name}: ${job.error.message}`.slice(0, 60),
    ),
  ]);
  const table =
    jobs.length === 0
      ? 'No job matches so far.'
      : output.table(
          ['id', ...queueOf('queue'), 'name', 'status', 'attempts', 'time', 'error'],
          rows,
        );
  if (cursor === undefined) return jobs.length === 0 ? 'No job matches.' : table;
  return `${table}\nScanned ${scanned} of ${total}; go on with --cursor ${shellWord(cursor)}`;
}

function timeOf({ finishedAt, processedAt, createdAt }: Job): Date {
  return finishedAt ?? processedAt ?? createdAt;
}
