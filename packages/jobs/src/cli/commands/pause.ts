import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

/** Registers `pause` and `resume`. */
export function registerPause(program: Command, io: Io): void {
  register(program, io, 'pause', 'stop new starts on every worker; active jobs finish');
  register(program, io, 'resume', 'end a pause');
}

function register(program: Command, io: Io, name: 'pause' | 'resume', description: string): void {
  program
    .command(name)
    .description(`${description} (all queues, or --queue)`)
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions>();
      await withQueues(io, flags, async ({ queues, output }) => {
        const changed = queues.some(flags.queue);
        await Promise.all(changed.map((queue) => queue[name]()));
        const names = changed.map((queue) => queue.name);
        output.result({ [`${name}d`]: names }, () => `${names.join(', ')}: ${name}d`);
      });
    });
}
