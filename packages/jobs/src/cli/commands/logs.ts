import { setTimeout as sleep } from 'node:timers/promises';
import { type IQueue, JobsError, type LogLine } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { LogTail } from '../log-tail.ts';
import type { Output } from '../output.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { untilUnwanted } from '../until-interrupted.ts';

const FOLLOW_EVERY_MS = 500;
const BEFORE = 100;

interface LogsFlags extends GlobalOptions {
  readonly follow?: boolean;
}

/** Registers `logs`. */
export function registerLogs(program: Command, io: Io): void {
  program
    .command('logs')
    .description('print what the handler of a job logged')
    .argument('<id>', 'the id of the job')
    .option('-f, --follow', 'go on until the job has ended')
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<LogsFlags>();
      const over = flags.follow === true ? untilUnwanted(io.closed) : undefined;
      await withQueues(io, flags, async (context) => {
        const queue = await context.queues.ofIds(flags.queue, [id]);
        await printLog(context, queue, id, over);
      });
    });
}

/** Prints the stored lines; with a signal, also new lines until the job ends or the signal aborts. */
async function printLog(
  { output, redactor }: CommandContext,
  queue: IQueue,
  id: string,
  over: AbortSignal | undefined,
): Promise<void> {
  const log = new LogTail(queue, id);
  let before: readonly LogLine[] = [];
  for (let isFirst = true; ; isFirst = false) {
    // The job is read first, so that the log then has all lines from before its end.
    const job = await queue.getJob(id);
    if (job === undefined && isFirst) {
      throw new JobsError('JOBS_NOT_FOUND', `There is no job \`${id}\` in queue ${queue.name}`);
    }
    const lines = await log.next();
    // With those before them, in which a secret that goes over several lines may begin.
    const shown = redactor.logs(job, [...before, ...lines], true).slice(before.length);
    before = [...before, ...lines].slice(-BEFORE);
    for (const line of shown) output.line(line, () => describe(line, output));
    const ended = job === undefined || job.finishedAt !== undefined;
    if (over === undefined || ended || over.aborted) return;
    await sleep(FOLLOW_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

function describe({ at, attempt, message }: LogLine, output: Output): string {
  const stamp = output.style('dim', `${new Date(at).toISOString()} #${attempt}`);
  return `${stamp} ${output.hostile(message)}`;
}
