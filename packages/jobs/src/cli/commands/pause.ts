import type { IQueue } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

interface PauseFlags extends GlobalOptions {
  readonly yes?: boolean;
  readonly job?: string;
}

/** Registers `pause` and `resume`. */
export function registerPause(program: Command, io: Io): void {
  register(program, io, 'pause', 'stop new starts on every worker; active jobs finish');
  register(program, io, 'resume', 'end a pause');
}

function register(program: Command, io: Io, name: 'pause' | 'resume', description: string): void {
  const command = program.command(name);
  if (name === 'pause') command.option('--yes', 'do not ask before several queues are paused');
  command
    .description(`${description} (all queues, or --queue; all jobs, or those of one name)`)
    .option('--job <name>', 'only jobs of this name')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<PauseFlags>();
      await withQueues(io, flags, async ({ queues, output }) => {
        const { job, yes = false } = flags;
        const changed =
          job === undefined ? queues.some(flags.queue) : queues.someFor(flags.queue, job);
        const asks = name === 'pause' && job === undefined && changed.length > 1 && !yes;
        if (asks && !(await confirmed(io, questionFor(changed)))) {
          output.result({ paused: [] }, () => 'Nothing was done');
          return;
        }
        await Promise.all(changed.map((queue) => change(queue, name, job)));
        const names = changed.map((queue) => queue.name);
        const what = job === undefined ? names.join(', ') : `${job} of ${names.join(', ')}`;
        const answer = { [`${name}d`]: names, ...(job !== undefined && { job }) };
        output.result(answer, () => `${output.hostile(what)}: ${name}d`);
      });
    });
}

function questionFor(queues: readonly IQueue[]): string {
  const names = queues.map(({ name }) => name).join(', ');
  return `pause ${counted(queues.length, 'queue')}, ${names}? --queue NAME pauses one.`;
}

function change(queue: IQueue, name: 'pause' | 'resume', job: string | undefined): Promise<void> {
  return job === undefined ? queue[name]() : queue[`${name}Jobs`](job);
}
