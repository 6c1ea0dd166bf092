import { runUntilSignal } from '@philjs/jobs-core';
import { type Command, Option } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import { drainQueues } from '../drain-queues.ts';
import type { Io } from '../io.ts';
import { parseDuration, parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions, QueueSet } from '../queue-set.ts';
import { startProbe } from '../start-probe.ts';
import { startSchedulers } from '../start-schedulers.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import { UsageError } from '../usage-error.ts';

interface Share {
  readonly name: string;
  /** How many jobs run at once. @default the configuration's */
  readonly concurrency?: number;
}

interface WorkFlags extends GlobalOptions {
  readonly queues?: readonly Share[];
  readonly once?: boolean;
  readonly scheduler?: boolean;
  readonly timeout: number;
  readonly probePort?: number;
}

/** Reads `emails:5,reports`. Names of queues contain no colon. */
function parseShares(list: string): Share[] {
  return list.split(',').map((part) => {
    const [name = '', count] = part.trim().split(':', 2);
    return count === undefined ? { name } : { name, concurrency: parseWholeNumber(count) };
  });
}

/** Registers `work`. */
export function registerWork(program: Command, io: Io): void {
  program
    .command('work')
    .description(
      'run the jobs of the configuration until SIGTERM or Ctrl-C (a second one forces), or until `workers quiet` or `workers stop` ended all its workers',
    )
    .option(
      '--queues <list>',
      'which queues, and how many jobs of each at once, as in emails:5,reports (default: all)',
      parseShares,
    )
    .option('--once', 'run what is ready now, then end')
    .option('--no-scheduler', 'leave schedules to other processes')
    .addOption(
      new Option('--timeout <duration>', 'how long active jobs may go on after the signal')
        .argParser(parseDuration)
        .default(30_000, '30s'),
    )
    .option('--probe-port <port>', 'answer GET /healthz and /readyz on this port', parseWholeNumber)
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<WorkFlags>();
      // Listens from here on, since a deployment may stop a worker while it is still starting.
      const over = untilInterrupted();
      await withQueues(io, flags, (context) => work(context, flags, over));
    });
}

async function work(context: CommandContext, flags: WorkFlags, over: AbortSignal): Promise<void> {
  const { queues, output } = context;
  if (queues.config === undefined) {
    throw new UsageError(
      'A worker needs a jobs.config.ts that lists its queues and jobs; `philjs-jobs init` writes one.',
    );
  }
  const running = flags.queues?.map(({ name }) => queues.one(name)) ?? queues.some(flags.queue);
  const probe =
    flags.probePort === undefined ? undefined : await startProbe(flags.probePort, running);
  let stopSchedulers: (() => Promise<void>) | undefined;
  try {
    if (flags.scheduler) stopSchedulers = await startSchedulers(running, queues.config);
    const grace = flags.timeout;
    await startShares(queues, flags.queues ?? []);
    if (over.aborted) {
      await Promise.all(running.map((queue) => queue.stop({ timeout: grace })));
      return;
    }
    // Its output shows other programs that they may send signals, so it listens before it prints.
    const ended = flags.once
      ? drainQueues(running, { signal: over, grace })
      : runUntilSignal(running, { grace });
    for (const queue of running) {
      const names = queue.getDefinitions().map(({ name }) => name);
      output.note(`Working on ${queue.name}: ${names.join(', ') || 'no jobs'}`);
    }
    await ended;
  } finally {
    await stopSchedulers?.();
    probe?.close();
    probe?.closeAllConnections();
  }
}

/** Starts the queues whose concurrency differs from the configuration. */
async function startShares(queues: QueueSet, shares: readonly Share[]): Promise<void> {
  for (const { name, concurrency } of shares) {
    if (concurrency !== undefined) await queues.one(name).process({ concurrency });
  }
}
