import { Scheduler } from '@philjs/jobs-scheduler';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { parseTime, parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';

interface ScheduleContext extends CommandContext {
  readonly scheduler: Scheduler;
}

/** Registers `schedules` and what is below it. */
export function registerSchedules(program: Command, io: Io): void {
  const group = program.command('schedules').description('look at schedules and act on them');
  const act =
    <TFlags extends object>(
      run: (context: ScheduleContext, id: string, flags: TFlags) => Promise<void>,
    ) =>
    async (...args: readonly unknown[]): Promise<void> => {
      const command = args.at(-1) as Command;
      const flags = command.optsWithGlobals<GlobalOptions & TFlags>();
      await withQueues(io, flags, async (context) => {
        const scheduler = new Scheduler(context.queues.one(flags.queue));
        const [id = ''] = command.args;
        try {
          await run({ ...context, scheduler }, id, flags);
        } finally {
          await scheduler.stop();
        }
      });
    };

  group.command('list').description('list the schedules and when they fire next').action(act(list));
  group
    .command('next')
    .description('print when a schedule fires next')
    .argument('<id>')
    .option('-n, --count <n>', 'how many times', parseWholeNumber, 5)
    .action(act(next));
  group
    .command('run')
    .description('fire a schedule now, beside its ticks')
    .argument('<id>')
    .action(
      act(async ({ scheduler, output }, id) => {
        const jobId = await scheduler.trigger(id);
        output.result({ jobId }, () => `${output.hostile(id)} fired: job ${output.hostile(jobId)}`);
      }),
    );
  group
    .command('pause')
    .description('stop a schedule from firing')
    .argument('<id>')
    .option('--note <text>', 'why')
    .action(
      act<{ note?: string }>(async ({ scheduler, output }, id, { note }) => {
        const changed = await scheduler.pause(id, note);
        output.result({ changed }, () =>
          changed ? `${id} is paused` : `${id} was paused already`,
        );
      }),
    );
  group
    .command('resume')
    .description('let a schedule fire again')
    .argument('<id>')
    .action(
      act(async ({ scheduler, output }, id) => {
        const changed = await scheduler.resume(id);
        output.result({ changed }, () => (changed ? `${id} fires again` : `${id} was not paused`));
      }),
    );
  group
    .command('backfill')
    .description('fire the ticks of a time that has passed')
    .argument('<id>')
    .requiredOption('--from <time>', 'the first tick at or after', parseTime)
    .requiredOption('--to <time>', 'the last tick at or before', parseTime)
    .action(
      act<{ from: Date; to: Date }>(async ({ scheduler, output }, id, { from, to }) => {
        const jobIds = await scheduler.backfill(id, { from, to });
        output.result({ jobIds }, () => `${jobIds.length} ticks of ${output.hostile(id)} fired`);
      }),
    );
}

async function list({ scheduler, output }: ScheduleContext): Promise<void> {
  const schedules = await scheduler.getAllScheduledJobs();
  output.result(schedules, () =>
    output.table(
      ['id', 'job', 'when', 'next', 'runs', ''],
      schedules.map((one) => [
        output.hostile(one.id),
        output.hostile(one.jobName),
        one.cron ?? (one.every === undefined ? 'dates' : `every ${one.every} ms`),
        one.nextRun?.toISOString() ?? '',
        String(one.runsCount),
        one.paused
          ? output.style('yellow', `paused ${output.hostile(one.note ?? '')}`)
          : (one.endReason ?? ''),
      ]),
    ),
  );
}

async function next(
  { scheduler, output }: ScheduleContext,
  id: string,
  { count }: { readonly count?: number },
): Promise<void> {
  const runs = await scheduler.nextRuns(id, count);
  output.result(runs, () => runs.map((run) => run.toISOString()).join('\n'));
}
