import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

interface ClearFlags extends GlobalOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/** Registers `clear`. */
export function registerClear(program: Command, io: Io): void {
  program
    .command('clear')
    .description('remove all jobs of a queue that are not active')
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ClearFlags>();
      await withQueues(io, flags, async ({ queues, output }) => {
        const queue = queues.one(flags.queue);
        const { total, active } = await queue.getStats();
        const matched = total - active;
        if (flags.dryRun) {
          const words = matched === 1 ? 'is not active' : 'are not active';
          output.result({ matched }, () => `${counted(matched, 'job')} of ${queue.name} ${words}`);
          return;
        }
        const agreed =
          matched === 0 ||
          flags.yes === true ||
          (await confirmed(
            io,
            `remove all that is not active of ${queue.name}: ${counted(matched, 'job')}?`,
          ));
        if (!agreed) {
          output.result({ matched, removed: 0 }, () => 'Nothing was done');
          return;
        }
        const removed = matched === 0 ? 0 : await queue.clear();
        output.result(
          { matched, removed },
          () =>
            `${counted(removed, 'job')} of ${queue.name} ${removed === 1 ? 'was' : 'were'} removed`,
        );
      });
    });
}
