import { type Command, Option } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { openDashboard } from '../open-dashboard.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { untilAborted, untilInterrupted } from '../until-interrupted.ts';

interface DashboardFlags extends GlobalOptions {
  readonly port: number;
  readonly readOnly?: boolean;
}

/** Registers `dashboard`. */
export function registerDashboard(program: Command, io: Io): void {
  program
    .command('dashboard')
    .description(
      'serve the dashboard on this machine, for the first visitor of the printed address',
    )
    .addOption(
      new Option('--port <port>', 'the port')
        .argParser(parseWholeNumber)
        .default(0, 'any free one'),
    )
    .option('--read-only', 'only show')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<DashboardFlags>();
      const over = untilInterrupted();
      await withQueues(io, flags, async ({ queues, output }) => {
        const { url, close } = await openDashboard(queues.some(flags.queue), {
          port: flags.port,
          readOnly: flags.readOnly === true,
          redact: queues.config?.redact,
        });
        output.line({ url }, () => `The dashboard is at ${url}\nCtrl-C ends it.`);
        await untilAborted(over);
        await close();
      });
    });
}
