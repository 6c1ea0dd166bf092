import type { Command } from 'commander';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { parseTime } from '../parse-value.ts';
import type { MakeAction, OneContext } from './schedule-action.ts';

/** Registers the commands that change a schedule or fire it. */
export function registerScheduleChanges(group: Command, io: Io, act: MakeAction): void {
  group
    .command('run')
    .description('fire a schedule now, beside its ticks')
    .argument('<id>')
    .action(act(fire));
  group
    .command('pause')
    .description('stop a schedule from firing')
    .argument('<id>')
    .option('--note <text>', 'why')
    .action(act(pause));
  group
    .command('resume')
    .description('let a schedule fire again')
    .argument('<id>')
    .action(act(resume));
  group
    .command('remove')
    .description('remove a schedule and its history; jobs it enqueued stay')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(act((context, id, flags: { yes?: boolean }) => remove(context, id, flags, io)));
  group
    .command('backfill')
    .description('fire the ticks of a time that has passed')
    .argument('<id>')
    .requiredOption('--from <time>', 'the first tick at or after', parseTime)
    .requiredOption('--to <time>', 'the last tick at or before', parseTime)
    .action(act(backfill));
}

async function fire({ scheduler, output }: OneContext, id: string): Promise<void> {
  const jobId = await scheduler.trigger(id);
  output.result({ jobId }, () => `${output.hostile(id)} fired: job ${output.hostile(jobId)}`);
}

async function pause(
  { scheduler, schedule, output }: OneContext,
  id: string,
  { note }: { note?: string },
): Promise<void> {
  const changed = !schedule.paused || schedule.note !== note;
  if (changed) await scheduler.pause(id, note);
  const state = changed ? 'is paused' : 'was paused already';
  output.result({ changed }, () => `${output.hostile(id)} ${state}`);
}

async function resume({ scheduler, schedule, output }: OneContext, id: string): Promise<void> {
  const changed = schedule.paused;
  if (changed) await scheduler.resume(id);
  const state = changed ? 'fires again' : 'was not paused';
  output.result({ changed }, () => `${output.hostile(id)} ${state}`);
}

async function remove(
  { scheduler, output }: OneContext,
  id: string,
  { yes }: { yes?: boolean },
  io: Io,
): Promise<void> {
  if (!yes && !(await confirmed(io, `remove the schedule ${output.hostile(id)}?`))) {
    output.result({ removed: null }, () => 'Nothing was done');
    return;
  }
  await scheduler.remove(id);
  output.result({ removed: id }, () => `${output.hostile(id)} was removed`);
}

async function backfill(
  { scheduler, output }: OneContext,
  id: string,
  { from, to }: { from: Date; to: Date },
): Promise<void> {
  const jobIds = await scheduler.backfill(id, { from, to });
  output.result(
    { jobIds },
    () => `${counted(jobIds.length, 'tick')} of ${output.hostile(id)} fired`,
  );
}
