import type { IQueue, Job } from '@philjs/jobs-core';
import { type SearchResult, searchJobs } from '@philjs/jobs-monitor';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { Output } from '../output.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { readSearch, searchIn } from '../search.ts';

interface ListFlags extends GlobalOptions {
  readonly limit: number;
  readonly budget: number;
  readonly cursor?: string;
}

/** Registers `list`. */
export function registerList(program: Command, io: Io): void {
  program
    .command('list')
    .description('list the jobs that match a search, newest first')
    .argument(
      '[search...]',
      'as in `status:failed name:send-email payload.user.id:42 error:"timeout" attempts:>1 since:1h`',
    )
    .option('--limit <n>', 'stop after this many', parseWholeNumber, 50)
    .option('--budget <n>', 'read at most this many jobs', parseWholeNumber, 5000)
    .option('--cursor <cursor>', 'go on where a search ended')
    .action(async (words: string[], _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ListFlags>();
      await withQueues(io, flags, async (context) => {
        const { queues, output, redactor } = context;
        const { limit, budget, cursor } = flags;
        const query = readSearch(context, words.join(' '));
        const mask = (job: Job): Job => redactor.job(job);
        const search = (queue: IQueue): Promise<SearchResult> =>
          searchJobs(queue, query, { limit, budget, cursor, mask });
        const [only] = query.queues.length === 1 ? query.queues : [];
        // Where a search goes on is known of one queue alone, and where it found nothing so far is of none.
        const isEmpty = (one: SearchResult): boolean =>
          one.jobs.length === 0 && one.cursor === undefined;
        const { found } =
          cursor === undefined
            ? await searchIn(context, flags.queue, search, isEmpty)
            : { found: await search(queues.one(flags.queue ?? only)) };
        output.result(found, () => describe(found, output));
      });
    });
}

function describe({ jobs, scanned, total, cursor }: SearchResult, output: Output): string {
  const rows = jobs.map((job) => [
    output.hostile(job.id),
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
      : output.table(['id', 'name', 'status', 'attempts', 'time', 'error'], rows);
  if (cursor === undefined) return jobs.length === 0 ? 'No job matches.' : table;
  return `${table}\nScanned ${scanned} of ${total}; go on with --cursor ${JSON.stringify(cursor)}`;
}

function timeOf({ finishedAt, processedAt, createdAt }: Job): Date {
  return finishedAt ?? processedAt ?? createdAt;
}
