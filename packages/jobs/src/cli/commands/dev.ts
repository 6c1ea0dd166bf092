import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { runUntilSignal } from '@philjs/jobs-core';
import { watch } from 'chokidar';
import { type Command, CommanderError, Option } from 'commander';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { openDashboard } from '../open-dashboard.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { startSchedulers } from '../start-schedulers.ts';
import { untilAborted, untilInterrupted } from '../until-interrupted.ts';
import { UsageError } from '../usage-error.ts';

/** The file that starts the command line: built, all of it is in one. */
const MAIN = fileURLToPath(import.meta.url).replace(/commands[\\/]dev\.ts$/, 'main.ts');
/** Matches paths that are not the application's own sources. */
const LEFT_ALONE = /(^|[\\/])(node_modules|\.[^\\/]+)([\\/]|$)/;
/** How long changes are collected before a restart, since an editor may write several files. */
const SETTLE_MS = 150;
/** How long a worker's jobs may continue when it restarts. */
const GRACE_MS = 2000;
/** The signals that end a process which a supervisor watches and restarts. */
const SUPERVISED_SIGNALS = ['SIGTERM'] as const;

interface DevFlags extends GlobalOptions {
  readonly port: number;
  readonly watch: boolean;
  readonly supervised?: boolean;
}

/** Registers `dev`. */
export function registerDev(program: Command, io: Io): void {
  program
    .command('dev')
    .description('worker, scheduler and dashboard in one process, restarted when a file changes')
    .option('--port <port>', 'the port of the dashboard', parseWholeNumber, 4040)
    .option('--no-watch', 'do not restart')
    .addOption(new Option('--supervised', 'is ended by the process that watches').hideHelp())
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<DevFlags>();
      if (flags.watch && !flags.supervised) {
        await restartOnChange(io);
        return;
      }
      const session = flags.supervised ? obeySupervisor() : undefined;
      // Listens from here on, since a signal may arrive while it is still starting.
      const over = untilInterrupted(flags.supervised ? SUPERVISED_SIGNALS : undefined);
      await withQueues(io, flags, async (context) => develop(context, flags, over, await session));
    });
}

/**
 * Ignores Ctrl-C in this process. A terminal sends it to this process and to its supervisor, which then sends
 * this one SIGTERM; both would count as a second Ctrl-C, which ends it by force. Ends this process when its
 * supervisor is gone. Returns the secret that the supervisor gives to each of its processes, so that a page that is
 * open stays signed in.
 */
function obeySupervisor(): Promise<string> {
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => process.exit(1));
  return once(process, 'message').then(([secret]) => {
    // Nothing but this message may be what the process waits for; after it, no listener must keep the process alive.
    process.channel?.unref();
    return String(secret);
  });
}

async function develop(
  { queues, output }: CommandContext,
  { port, supervised, queue }: DevFlags,
  over: AbortSignal,
  session: string | undefined,
): Promise<void> {
  if (queues.config === undefined) {
    throw new UsageError('`dev` needs a jobs.config.ts; `philjs-jobs init` writes one.');
  }
  const chosen = queues.some(queue);
  const dashboard = await openDashboard(chosen, {
    port,
    readOnly: false,
    session,
    redact: queues.config.redact,
  });
  let stopSchedulers: (() => Promise<void>) | undefined;
  try {
    stopSchedulers = await startSchedulers(chosen, queues.config);
    if (over.aborted) return;
    const signals = supervised ? SUPERVISED_SIGNALS : undefined;
    const ended = runUntilSignal(chosen, { grace: GRACE_MS, signals, endWhenStopped: false });
    output.line({ url: dashboard.url }, () => `The dashboard is at ${dashboard.url}`);
    await ended;
  } finally {
    await stopSchedulers?.();
    await dashboard.close();
  }
}

/**
 * Runs the same command in its own process without watching, and restarts it whenever a file changes.
 *
 * @throws CommanderError when the command refuses how it was called, which no change of a file mends
 */
async function restartOnChange(io: Io): Promise<void> {
  const over = untilInterrupted();
  const changes = watch(io.cwd, {
    ignored: (path) => LEFT_ALONE.test(path.slice(io.cwd.length)),
    ignoreInitial: true,
  });
  const session = randomBytes(24).toString('base64url');
  let child = start(io, session, true);
  let refused = false;
  const refusal = once(child, 'exit').then(([code]) => {
    refused = code === 2;
    return refused ? undefined : untilAborted(over);
  });
  let settling: NodeJS.Timeout | undefined;
  // One restart after the other: a file may change again while a process still ends.
  let restarting = Promise.resolve();
  const restart = async (): Promise<void> => {
    await end(child);
    if (!over.aborted) child = start(io, session);
  };
  changes.on('all', (_event, path) => {
    if (!/\.[cm]?[jt]sx?$|\.json$/.test(path)) return;
    clearTimeout(settling);
    settling = setTimeout(() => {
      io.stderr.write(`${path} changed: restarts\n`);
      restarting = restarting.then(restart);
    }, SETTLE_MS);
  });
  await Promise.race([refusal, untilAborted(over)]);
  clearTimeout(settling);
  await changes.close();
  await restarting;
  await end(child);
  if (refused) throw new CommanderError(2, 'refused', 'The command refused how it was called');
}

function start(io: Io, session: string, isFirst = false): ChildProcess {
  const args = [...process.execArgv, MAIN, ...io.args, '--supervised'];
  const child = spawn(process.execPath, args, {
    cwd: io.cwd,
    env: { ...process.env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // Not as an argument or in the environment, where others can read it. One that has ended already needs none.
  child.send(session, () => undefined);
  child.once('exit', (code) => {
    // A first one that was called wrongly ends all.
    if (code && !(isFirst && code === 2))
      io.stderr.write(`It ended with code ${code}: starts again when a file changes\n`);
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
