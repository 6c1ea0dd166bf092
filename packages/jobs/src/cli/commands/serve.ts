import type { IQueue } from '@philjs/jobs-core';
import { type Command, Option } from 'commander';
import { optionalPackage } from '../../queue/optional-package.ts';
import { type CommandContext, withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { parseDuration, parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { chooseStore } from '../serve/choose-store.ts';
import { listen } from '../serve/listening-server.ts';
import { type ServedTokens, servedTokens } from '../serve/served-tokens.ts';
import { startProbe } from '../start-probe.ts';
import { startSchedulers } from '../start-schedulers.ts';
import { untilAborted, untilInterrupted } from '../until-interrupted.ts';
import { UsageError } from '../usage-error.ts';

interface ServeFlags extends GlobalOptions {
  readonly port: number;
  readonly host?: string;
  readonly queues?: readonly string[];
  readonly tokensFile?: string;
  readonly origins: readonly string[];
  readonly scheduler: boolean;
  readonly timeout: number;
  readonly probePort?: number;
}

const LOOPBACK: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

const HELP = `
The jobs are in the store of --redis or --database, else of REDIS_URL or DATABASE_URL, else in jobs.sqlite in this
folder. With a jobs.config.ts it serves the queues of that, and checks payloads by the schemas of their jobs.

Tokens say who may call. They are a list in JSON, in PHILJS_JOBS_TOKENS or in --tokens-file:
  [{"name":"shop","secret":"…24 characters or more…","roles":["produce"]},
   {"name":"worker","hash":"…SHA-256 of a secret, in hexadecimal digits…","roles":["work"],"queues":["emails"]}]
Roles: produce (enqueue; read and cancel its own jobs), read, work (lease and end jobs), operate (everything else).
Without tokens it listens on this machine alone, and lets in PHILJS_JOBS_TOKEN, or a token that it makes and prints.

It speaks HTTP: let a proxy before it terminate TLS. SIGTERM or Ctrl-C ends it, once calls under way are answered.

Examples:
  $ philjs-jobs serve
  $ philjs-jobs serve --queues emails,reports --tokens-file tokens.json --database postgres://localhost/shop
  $ PHILJS_JOBS_TOKEN=… philjs-jobs list --remote http://localhost:8080`;

const listOf = (text: string): string[] => text.split(',').map((part) => part.trim());

/** Registers `serve`. */
export function registerServe(program: Command, io: Io): void {
  program
    .command('serve')
    .description('serve queues over HTTP, to producers and workers elsewhere')
    .option('--port <port>', 'the port; 0 is any free one', parseWholeNumber, 8080)
    .option('--host <address>', 'the address to listen on (default: all of this machine)')
    .option(
      '--queues <list>',
      'which queues (default: those of the configuration, else default)',
      listOf,
    )
    .option('--tokens-file <path>', 'a file with the tokens, instead of PHILJS_JOBS_TOKENS')
    .addOption(
      new Option('--origins <list>', 'the origins whose pages may call, as in https://shop.example')
        .argParser(listOf)
        .default([], 'none'),
    )
    .option('--no-scheduler', 'leave schedules to other processes')
    .addOption(
      new Option('--timeout <duration>', 'how long calls under way may go on after the signal')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option('--probe-port <port>', 'answer GET /healthz and /readyz on this port', parseWholeNumber)
    .addHelpText('after', HELP)
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ServeFlags>();
      const over = untilInterrupted();
      const tokens = servedTokens(io, flags.tokensFile);
      const host = flags.host ?? (tokens.isOpen ? '127.0.0.1' : undefined);
      if (tokens.isOpen && !LOOPBACK.includes(host ?? '')) {
        throw new UsageError(
          'Without tokens it listens on this machine alone. Give PHILJS_JOBS_TOKENS or --tokens-file, or leave out --host.',
        );
      }
      const file = chooseStore(flags);
      const { queues: names } = flags;
      await withQueues(io, { ...flags, ...(names && { names }) }, async (context) => {
        await serve(context, { ...flags, host, file, tokens, over });
      });
    });
}

interface Serving extends Omit<ServeFlags, 'host'> {
  readonly host: string | undefined;
  /** The SQLite file that it chose, where no store is given. */
  readonly file: string | undefined;
  readonly tokens: ServedTokens;
  readonly over: AbortSignal;
}

async function serve({ queues, output }: CommandContext, serving: Serving): Promise<void> {
  const { tokens, over, origins, timeout, probePort } = serving;
  const chosen = serving.queues?.map((name) => queues.one(name)) ?? queues.some(serving.queue);
  const { createRemote } = optionalPackage('remote-server', '`serve` serves one');
  const remote = createRemote(
    { all: chosen },
    { tokens: tokens.tokens, origins, redact: queues.config?.redact },
  );
  // Before the first call comes: a store that cannot be used ends the command.
  await Promise.all(chosen.map((queue) => queue.isPaused()));
  const probe = probePort === undefined ? undefined : await startProbe(probePort, chosen);
  let stopSchedulers: (() => Promise<void>) | undefined;
  try {
    if (serving.scheduler) stopSchedulers = await startSchedulers(chosen, queues.config);
    const server = await listen(remote.fetch, serving);
    output.line(
      { url: server.url, ...factsOf(chosen), tokens: tokens.names, token: tokens.made },
      () => describe(server.url, chosen, serving),
    );
    await untilAborted(over);
    await server.close({ grace: timeout, endWaits: () => remote.close() });
  } finally {
    await stopSchedulers?.();
    await remote.close();
    probe?.close();
    probe?.closeAllConnections();
  }
}

function factsOf(queues: readonly IQueue[]): { store: string; queues: readonly string[] } {
  const stores = new Set(queues.map(({ backend }) => backend.name));
  return { store: [...stores].join(', '), queues: queues.map(({ name }) => name) };
}

const STORES: Readonly<Record<string, string>> = {
  memory: 'in memory',
  sqlite: 'in SQLite',
  postgres: 'on PostgreSQL',
  redis: 'on Redis',
};

function describe(url: string, queues: readonly IQueue[], serving: Serving): string {
  const { file, tokens } = serving;
  const { store, queues: names } = factsOf(queues);
  const where = file === undefined ? (STORES[store] ?? store) : `in ${file} of this folder`;
  const who = tokens.isOpen
    ? 'No tokens are given: it listens on this machine alone, and lets in one token that may do everything.'
    : `Tokens: ${tokens.names.join(', ')}`;
  const asClient = [`export PHILJS_JOBS_URL=${url}`, `export PHILJS_JOBS_TOKEN=${tokens.made}`];
  return [
    `Serves ${names.join(', ')}, ${where}, at ${url}`,
    who,
    ...(tokens.made === undefined
      ? []
      : ['For its clients:', ...asClient.map((line) => `  ${line}`)]),
    'Ctrl-C ends it.',
  ].join('\n');
}
