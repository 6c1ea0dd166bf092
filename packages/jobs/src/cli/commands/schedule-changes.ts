import type { BackfillRange, TriggerOptions } from '@philjs/jobs-scheduler';
import { type Command, Option } from 'commander';
import { confirmed } from '../confirmed.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { parseTime, parseWholeNumber } from '../parse-value.ts';
import { readData } from '../read-data.ts';
import type { MakeAction, OneContext } from './schedule-action.ts';

/** Registers the commands that change a schedule or fire it. */
export function registerScheduleChanges(group: Command, io: Io, act: MakeAction): void {
  group
    .command('run')
    .description('fire a schedule now, beside its ticks')
    .argument('<id>')
    .option('--key <key>', 'run once for each key: a second call with it prints the same job')
    .option('--data <json>', 'the payload of this run: JSON, @file, or - to read it from stdin')
    .addOption(
      new Option('--overlap <policy>', 'skip: refuse while another run has not ended')
        .choices(['allow', 'skip'])
        .default('allow'),
    )
    .action(act((context, id, flags: RunFlags) => fire(context, id, flags, io)));
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
    .option('--per-minute <n>', 'how many of the jobs may start a minute', parseWholeNumber)
    .addOption(
      new Option('--overlap <policy>', 'buffer-all: run one after the other')
        .choices(['allow', 'buffer-all'])
        .default('allow'),
    )
    .action(act(backfill));
}

interface RunFlags extends Pick<TriggerOptions, 'key' | 'overlap'> {
  readonly data?: string;
}

async function fire(
  { scheduler, output }: OneContext,
  id: string,
  { key, overlap, data }: RunFlags,
  io: Io,
): Promise<void> {
  const payload = data === undefined ? {} : { payload: await readData(data, io) };
  const jobId = await scheduler.trigger(id, { key, overlap, ...payload });
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
  { from, to, overlap, perMinute }: BackfillRange,
): Promise<void> {
  const jobIds = await scheduler.backfill(id, { from, to, overlap, perMinute });
  const { known } = jobIds;
  output.result({ jobIds, known }, () => {
    const before = known.length === 0 ? '' : `; ${known.length} ran before or are waiting`;
    return `${counted(jobIds.length, 'tick')} of ${output.hostile(id)} fired${before}`;
  });
}
