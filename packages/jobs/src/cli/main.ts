#!/usr/bin/env node
import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { processIo } from './io.ts';
import { runCli } from './run-cli.ts';

/** How long a command that is done waits for the process to end by itself, in milliseconds. */
const LINGER_MS = 1000;

// Output of the application while it loads is not a result, so it goes to stderr; stdout is for results.
globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  readonly version: string;
};
// Node ends a module that waits for what can never come with a code of its own, 13, and says nothing.
process.once('beforeExit', () => {
  if (process.exitCode !== undefined) return;
  process.exitCode = 1;
  process.stderr.write(
    'It ended before it was done: it waited for something that cannot happen any more. ' +
      'Look for an `await` in jobs.config, or in what it imports, that never ends.\n',
  );
});
void runCli(processIo, manifest.version).then((code) => {
  process.exitCode ||= code;
  const end = (): void => void process.stdout.write('', () => process.exit());
  // The command is done: a signal that comes only now hurries the end, and changes nothing of how it ended.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  // What the application keeps open, such as connections or a handler that ignores its signal, must not keep it alive.
  setTimeout(end, LINGER_MS).unref();
});
