import { type IQueue, JobsError } from '@philjs/jobs-core';
import { type ScheduledJob, Scheduler } from '@philjs/jobs-scheduler';
import type { Command } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import type { GlobalOptions } from '../queue-set.ts';

/** Holds the inputs of a command on schedules. */
export interface ScheduleContext extends CommandContext {
  readonly scheduler: Scheduler;
}

/** Holds the inputs of a command on one schedule. */
export interface OneContext extends ScheduleContext {
  /** The schedule that was named, as it was before. */
  readonly schedule: ScheduledJob;
}

/** Makes the action of a command from work on the schedule that its first argument names. */
export type MakeAction = <TFlags extends object>(
  run: (context: OneContext, id: string, flags: TFlags) => Promise<void>,
) => (...args: readonly unknown[]) => Promise<void>;

/** Returns how commands on one schedule become actions: with the queue that has it, and an error when none has. */
export function scheduleActions(io: Io): MakeAction {
  return (run) =>
    async (...args) => {
      const command = args.at(-1) as Command;
      const flags = command.optsWithGlobals<GlobalOptions & Parameters<typeof run>[2]>();
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
}

/** Runs work with a scheduler of a queue, and stops it afterwards. */
export async function withScheduler(
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
