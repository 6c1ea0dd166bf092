import { type IQueue, JobsError } from '@philjs/jobs-core';
import { type ScheduledJob, Scheduler } from '@philjs/jobs-scheduler';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { confirmed } from '../confirmed.ts';
import type { Io } from '../io.ts';
import { parseTime, parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { maskedSchedule, showHistory, showSchedule, whenOf } from './show-schedule.ts';

interface ScheduleContext extends CommandContext {
  readonly scheduler: Scheduler;
}

interface OneContext extends ScheduleContext {
  /** The schedule that was named, as it was before. */
  readonly schedule: ScheduledJob;
}

/** Which schedules to list. */
interface ListFlags {
  readonly owner?: string;
  readonly search?: string;
}

/** Registers `schedules` and its subcommands. */
export function registerSchedules(program: Command, io: Io): void {
  const group = program.command('schedules').description('look at schedules and act on them');
  const act =
    <TFlags extends object>(
      run: (context: OneContext, id: string, flags: TFlags) => Promise<void>,
    ) =>
    async (...args: readonly unknown[]): Promise<void> => {
      const command = args.at(-1) as Command;
      const flags = command.optsWithGlobals<GlobalOptions & TFlags>();
      const [id = ''] = command.args;
      await withQueues(io, flags, async (context) => {
        const queue = await context.queues.holding(flags.queue, `schedule \`${id}\``, (one) =>
          hasSchedule(one, id),
        );
        await withScheduler(context, queue, async (scheduling) => {
          const schedule = await scheduling.scheduler.getScheduledJob(id);
          if (schedule === undefined) {
            const where = `in queue ${queue.name}`;
            throw new JobsError('JOBS_NOT_FOUND', `There is no schedule \`${id}\` ${where}`);
          }
          await run({ ...scheduling, schedule }, id, flags);
        });
      });
    };

  group
    .command('list')
    .description('list the schedules and when they fire next')
    .option('--owner <name>', 'only those that this owner declared')
    .option('--search <words>', 'only those with these words in id, job, owner or description')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions & ListFlags>();
      await withQueues(io, flags, (context) =>
        withScheduler(context, context.queues.one(flags.queue), (found) => list(found, flags)),
      );
    });
  group
    .command('show')
    .description('show a schedule: what it fires, when, and how it stands')
    .argument('<id>')
    .action(act(async (context) => showSchedule(context, context.scheduler.queue.name)));
  group
    .command('history')
    .description('print what became of the ticks of a schedule, latest first')
    .argument('<id>')
    .option('-n, --count <n>', 'how many ticks', parseWholeNumber, 20)
    .action(
      act<{ count: number }>(async (context, id, { count }) => {
        const runs = await context.scheduler.getJobHistory(id, { limit: count });
        showHistory(context, runs);
      }),
    );
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
      act<{ note?: string }>(async ({ scheduler, schedule, output }, id, { note }) => {
        const changed = !schedule.paused || schedule.note !== note;
        if (changed) await scheduler.pause(id, note);
        output.result(
          { changed },
          () => `${output.hostile(id)} ${changed ? 'is paused' : 'was paused already'}`,
        );
      }),
    );
  group
    .command('resume')
    .description('let a schedule fire again')
    .argument('<id>')
    .action(
      act(async ({ scheduler, schedule, output }, id) => {
        const changed = schedule.paused;
        if (changed) await scheduler.resume(id);
        output.result(
          { changed },
          () => `${output.hostile(id)} ${changed ? 'fires again' : 'was not paused'}`,
        );
      }),
    );
  group
    .command('remove')
    .description('remove a schedule and its history; jobs it enqueued stay')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(
      act<{ yes?: boolean }>(async ({ scheduler, output }, id, { yes }) => {
        if (!yes && !(await confirmed(io, `remove the schedule ${output.hostile(id)}?`))) {
          output.result({ removed: null }, () => 'Nothing was done');
          return;
        }
        await scheduler.remove(id);
        output.result({ removed: id }, () => `${output.hostile(id)} was removed`);
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

async function withScheduler(
  context: CommandContext,
  queue: IQueue,
  run: (context: ScheduleContext) => Promise<void>,
): Promise<void> {
  const scheduler = new Scheduler(queue);
  try {
    await run({ ...context, scheduler });
  } finally {
    await scheduler.stop();
  }
}

async function hasSchedule(queue: IQueue, id: string): Promise<boolean> {
  if (!queue.backend.capabilities.schedules) return false;
  return (await new Scheduler(queue).getScheduledJob(id)) !== undefined;
}

async function list(
  { scheduler, output, redactor }: ScheduleContext,
  { owner, search }: ListFlags,
): Promise<void> {
  const stored = await scheduler.getAllScheduledJobs({ owner, search });
  const schedules = stored.map((one) => maskedSchedule(one, redactor));
  output.result(schedules, () =>
    output.table(
      ['id', 'job', 'when', 'next', 'runs', ''],
      schedules.map((one) => [
        output.hostile(one.id),
        output.hostile(one.jobName),
        whenOf(one),
        one.nextRun?.toISOString() ?? '',
        String(one.runsCount),
        one.paused
          ? output.style('yellow', `paused ${output.hostile(one.note ?? '')}`)
          : (one.endReason ?? (one.undeclared ? 'no process declares it' : '')),
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
