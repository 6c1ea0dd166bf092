#!/usr/bin/env node
import { Console } from 'node:console';
import { readFileSync } from 'node:fs';
import { processIo } from './io.ts';
import { runCli } from './run-cli.ts';

// What an application prints while it is loaded is not a result: stdout is kept for those.
globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as {
  readonly version: string;
};
process.exitCode = await runCli(processIo, manifest.version);
