import type { IQueue } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

interface PauseFlags extends GlobalOptions {
  readonly job?: string;
}

/** Registers `pause` and `resume`. */
export function registerPause(program: Command, io: Io): void {
  register(program, io, 'pause', 'stop new starts on every worker; active jobs finish');
  register(program, io, 'resume', 'end a pause');
}

function register(program: Command, io: Io, name: 'pause' | 'resume', description: string): void {
  program
    .command(name)
    .description(`${description} (all queues, or --queue; all jobs, or those of one name)`)
    .option('--job <name>', 'only jobs of this name')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<PauseFlags>();
      await withQueues(io, flags, async ({ queues, output }) => {
        const { job } = flags;
        const changed =
          job === undefined ? queues.some(flags.queue) : queues.someFor(flags.queue, job);
        await Promise.all(changed.map((queue) => change(queue, name, job)));
        const names = changed.map((queue) => queue.name);
        const what = job === undefined ? names.join(', ') : `${job} of ${names.join(', ')}`;
        const answer = { [`${name}d`]: names, ...(job !== undefined && { job }) };
        output.result(answer, () => `${output.hostile(what)}: ${name}d`);
      });
    });
}

function change(queue: IQueue, name: 'pause' | 'resume', job: string | undefined): Promise<void> {
  return job === undefined ? queue[name]() : queue[`${name}Jobs`](job);
}
