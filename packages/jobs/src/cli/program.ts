import { Command } from 'commander';
import { registerAct } from './commands/act.ts';
import { registerClear } from './commands/clear.ts';
import { registerCopy } from './commands/copy.ts';
import { registerDashboard } from './commands/dashboard.ts';
import { registerDeadLetters } from './commands/dead-letters.ts';
import { registerDev } from './commands/dev.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEnqueue } from './commands/enqueue.ts';
import { registerInit } from './commands/init.ts';
import { registerList } from './commands/list.ts';
import { registerLogs } from './commands/logs.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerPause } from './commands/pause.ts';
import { registerSchedules } from './commands/schedules.ts';
import { registerServe } from './commands/serve.ts';
import { registerShow } from './commands/show.ts';
import { registerStats } from './commands/stats.ts';
import { registerUpdate } from './commands/update.ts';
import { registerWork } from './commands/work.ts';
import { registerWorkers } from './commands/workers.ts';
import { registerWorkflow } from './commands/workflow.ts';
import { errorJson } from './error-json.ts';
import { escapeLines } from './escape-lines.ts';
import type { Io } from './io.ts';

const HELP = `
Configuration is found as jobs.config.ts, .js or .mjs in this folder. PHILJS_JOBS_URL says where a server of
queues is (with its token in PHILJS_JOBS_TOKEN), else REDIS_URL where Redis is, else DATABASE_URL (postgres:… or
sqlite:…) where the database is; the last two are never printed. Flags go over all of them; one that the
configuration would leave without effect is refused.
Exit codes: 0 done, 1 it failed, also in part, or found something, 2 called wrongly.

Examples:
  $ philjs-jobs init
  $ philjs-jobs dev
  $ philjs-jobs enqueue send-email --data '{"to":"ada@example.org"}'
  $ philjs-jobs list status:failed since:1h
  $ philjs-jobs retry --search 'error:"timeout"' --yes`;

/** Registers a command. */
export type Register = (program: Command, io: Io) => void;

const COMMANDS: readonly Register[] = [
  registerInit,
  registerDev,
  registerWork,
  registerServe,
  registerEnqueue,
  registerStats,
  registerWorkers,
  registerList,
  registerShow,
  registerLogs,
  registerAct,
  registerUpdate,
  registerPause,
  registerClear,
  registerDeadLetters,
  registerSchedules,
  registerDashboard,
  registerDoctor,
  registerMigrate,
  registerCopy,
  registerWorkflow,
];

/** Makes the command line, ready to parse. */
export function createProgram(io: Io, version: string): Command {
  const asJson = io.args.includes('--json');
  const program = new Command('philjs-jobs')
    .description('Runs, watches and repairs background jobs')
    .version(version)
    .option('--json', 'print JSON and nothing else on stdout')
    .option('--config <path>', 'the configuration (default: jobs.config.ts in this folder)')
    .option('--redis <url>', 'the address of Redis, instead of what the environment says')
    .option('--database <url>', 'the address of PostgreSQL or SQLite, likewise')
    .option('--remote <url>', 'the address of a server that `serve` started, likewise')
    .option(
      '--token-file <path>',
      'a file with the token of that server, instead of PHILJS_JOBS_TOKEN',
    )
    .option('--queue <name>', 'which queue, where there are several')
    .option('--reveal', 'show values that are masked by default, such as passwords and tokens')
    .addHelpText('after', HELP)
    .showHelpAfterError(asJson ? false : '(philjs-jobs --help tells more)')
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      // Help that stands for an error, where no command is named: `runCli` then says it in JSON.
      writeErr: (text) => asJson || io.stderr.write(text),
      // It repeats what was typed, which a script may have put together.
      outputError: (text) =>
        io.stderr.write(
          escapeLines(asJson ? `${errorJson(text.replace(/^error: /, '').trim())}\n` : text),
        ),
    });
  for (const register of COMMANDS) register(program, io);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}
