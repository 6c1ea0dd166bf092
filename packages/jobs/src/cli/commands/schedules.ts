import type { IQueue } from '@philjs/jobs-core';
import type { ScheduledJob } from '@philjs/jobs-scheduler';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { Output } from '../output.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { type ScheduleContext, scheduleActions, withScheduler } from './schedule-action.ts';
import { registerScheduleChanges } from './schedule-changes.ts';
import { maskedSchedule, showHistory, showSchedule, whenOf } from './show-schedule.ts';

/** Which schedules to list. */
interface ListFlags {
  readonly owner?: string;
  readonly search?: string;
}

/** Registers `schedules` and its subcommands. */
export function registerSchedules(program: Command, io: Io): void {
  const group = program.command('schedules').description('look at schedules and act on them');
  const act = scheduleActions(io);
  group
    .command('list')
    .description('list the schedules (of all queues, or --queue) and when they fire next')
    .option('--owner <name>', 'only those that this owner declared')
    .option('--search <words>', 'only those with these words in id, job, owner or description')
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<GlobalOptions & ListFlags>();
      await withQueues(io, flags, (context) =>
        list(context, context.queues.some(flags.queue), flags),
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
        await showHistory(context, runs, context.scheduler.queue);
      }),
    );
  group
    .command('next')
    .description('print when a schedule fires next')
    .argument('<id>')
    .option('-n, --count <n>', 'how many times', parseWholeNumber, 5)
    .action(act(next));
  registerScheduleChanges(group, io, act);
}

/** Describes a schedule as the command lists it. */
interface ListedSchedule extends ScheduledJob {
  readonly queue: string;
}

async function list(
  context: CommandContext,
  queues: readonly IQueue[],
  { owner, search }: ListFlags,
): Promise<void> {
  const { output, redactor } = context;
  const schedules: ListedSchedule[] = [];
  for (const queue of queues) {
    await withScheduler(context, queue, async ({ scheduler }) => {
      for (const one of await scheduler.getAllScheduledJobs({ owner, search })) {
        schedules.push({ queue: queue.name, ...maskedSchedule(one, redactor) });
      }
    });
  }
  output.result(schedules, () =>
    schedules.length === 0 ? 'There is no schedule.' : tableOf(schedules, output),
  );
}

function tableOf(schedules: readonly ListedSchedule[], output: Output): string {
  return output.table(
    ['id', 'queue', 'job', 'when', 'next', 'runs', ''],
    schedules.map((one) => [
      output.hostile(one.id),
      output.hostile(one.queue),
      output.hostile(one.jobName),
      whenOf(one),
      one.nextRun?.toISOString() ?? '',
      String(one.runsCount),
      one.paused
        ? output.style('yellow', `paused ${output.hostile(one.note ?? '')}`)
        : (one.endReason ?? (one.undeclared ? 'no process declares it' : '')),
    ]),
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
