import type { Command } from 'commander';
import { findConfig, loadConfig } from '../../config/load-config.ts';
import { confirmed } from '../confirmed.ts';
import type { CopiedQueue } from '../copy/copy-jobs.ts';
import { copyQueues, countToCopy, isComplete, type QueueReport } from '../copy/copy-queues.ts';
import { openStore, type Store } from '../copy/open-store.ts';
import type { Tally } from '../copy/tally.ts';
import { counted } from '../counted.ts';
import type { Io } from '../io.ts';
import { Output } from '../output.ts';
import { startProgress } from '../progress.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { ReportedError } from '../reported-error.ts';
import { setToken } from '../set-addresses.ts';
import { UsageError } from '../usage-error.ts';

interface CopyFlags extends GlobalOptions {
  readonly from: string;
  readonly to: string;
  readonly schema?: string;
  readonly prefix?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const HELP = `
Stop the schedulers and producers of the old store first. Both queues are paused before the first job is
copied, and stay so; nothing is removed from the old store. Killed, or called again, it copies what is
missing. It ends with 1 while jobs still run in the old store, wait for such jobs, or are to fail: call it again later.
Then point the processes at the new store, and \`philjs-jobs resume\` there.

Copied: jobs that wait, are delayed or are blocked, in their order, and schedules with their state.
A step of a chain takes the result of the step before with it.
Not copied: jobs that have ended and what they left, logs, progress, ticks, limits set by hand. So a job that
reads the results of jobs that have ended (ctx.dependencies) does not find them: let batches end first.

Example:
  $ philjs-jobs copy --from sqlite:./jobs.sqlite --to postgres://localhost/shop`;

/** Registers `copy`. */
export function registerCopy(program: Command, io: Io): void {
  program
    .command('copy')
    .description(
      'copy the jobs that are still to run, and the schedules, from one store to another',
    )
    .requiredOption(
      '--from <url>',
      'the old store: redis:, postgres:, sqlite:, or the address of a server',
    )
    .requiredOption('--to <url>', 'the new store')
    .option('--schema <name>', 'the schema in PostgreSQL', 'philjs_jobs')
    .option('--prefix <text>', 'the prefix in Redis')
    .option('--dry-run', 'only count them')
    .option('--yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<CopyFlags>();
      if (flags.from === flags.to) throw new UsageError('--from and --to name the same store.');
      setToken(flags);
      const from = openStore('--from', { ...flags, url: flags.from });
      const to = openStore('--to', { ...flags, url: flags.to });
      try {
        await copy(io, flags, from, to);
      } finally {
        await Promise.all([from.close(), to.close()]);
      }
    });
}

async function copy(io: Io, flags: CopyFlags, from: Store, to: Store): Promise<void> {
  const output = new Output(io, flags.json === true);
  const names = await namesOf(flags, io);
  const counts = await Promise.all(names.map(async (name) => (await from.queue(name)).counts()));
  const total = counts.reduce((sum, each) => sum + countToCopy(each), 0);
  const what = `${counted(total, 'job')} of ${names.join(', ')} from ${from.kind} to ${to.kind}`;
  if (flags.dryRun) {
    output.result({ queues: names, toCopy: total }, () => `To be copied: ${output.hostile(what)}`);
    return;
  }
  const agreed = flags.yes === true || (await confirmed(io, `copy ${what}, and pause both?`));
  if (!agreed) {
    output.result({ queues: names, toCopy: total, copied: 0 }, () => 'Nothing was done');
    return;
  }
  const queues: CopiedQueue[] = [];
  for (const name of names) {
    queues.push({ name, from: await from.queue(name), to: await to.queue(name) });
  }
  const progress = startProgress(io, total);
  const reports = await copyQueues(queues, () => progress.step()).finally(() => progress.end());
  const complete = isComplete(reports);
  output.result({ complete, queues: reports }, () => describe(output, reports));
  if (!complete) throw new ReportedError('jobs are left in the old store');
}

/** Names the queues: that of the flag, else those of the configuration, else the default one. */
async function namesOf({ queue, config }: CopyFlags, io: Io): Promise<readonly string[]> {
  if (queue !== undefined) return [queue];
  const path = findConfig(io.cwd, config);
  if (path === undefined) return ['default'];
  const loaded = await loadConfig(path);
  const { queues } = loaded.config;
  await Promise.all(queues.map((each) => each.close()));
  return queues.map(({ name }) => name);
}

function describe(output: Output, reports: readonly QueueReport[]): string {
  const kinds = ['delayed', 'waiting', 'blocked', 'schedules'] as const;
  const rows = reports.flatMap((report) =>
    kinds.map((kind) => [output.hostile(report.queue), kind, ...cellsOf(report[kind])]),
  );
  const active = reports.reduce((sum, report) => sum + report.active, 0);
  const left = reports.reduce((sum, report) => sum + report.blocked.left, 0);
  const rest = isComplete(reports)
    ? 'Everything is copied. Both stores are paused: resume the new one when your processes use it.'
    : `Still in the old store: ${counted(active, 'job that runs', 'jobs that run')}, ${left} that wait for such jobs or are to fail. Copy again when a worker has ended them.`;
  return `${output.table(['queue', 'what', 'copied', 'there already', 'left'], rows)}\n${rest}`;
}

function cellsOf({ copied, known, left }: Tally): string[] {
  return [copied, known, left].map(String);
}
