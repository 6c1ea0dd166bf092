import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

/** Is what `serve --json` says when it listens. */
export interface Serving {
  readonly url: string;
  readonly store: string;
  readonly queues: readonly string[];
  readonly tokens: readonly string[];
  /** The token that it made. */
  readonly token?: string;
  readonly child: ChildProcess;
}

/** Starts `philjs-jobs serve` in a process of its own, on a free port; it is ended with the test. */
export async function startServer(
  cwd: string,
  { args = [], env = {} }: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<Serving> {
  const child = spawn(process.execPath, [MAIN, '--json', 'serve', '--port', '0', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout as Readable), 'line')) as [string];
  return { ...JSON.parse(line), child };
}
