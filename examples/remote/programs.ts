import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const secrets = {
  PAGE_TOKEN: `page-${crypto.randomUUID()}`,
  WORKER_TOKEN: `worker-${crypto.randomUUID()}`,
};

/** Is a program in a process of its own, and the first line that it printed. */
export interface Program {
  readonly process: ChildProcess;
  readonly said: string;
}

async function start(file: string, env: Readonly<Record<string, string>>): Promise<Program> {
  const child = spawn(process.execPath, [file], {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout as Readable);
  const [said] = (await once(lines, 'line')) as [string];
  return { process: child, said };
}

/** Starts the server over a file; it says its address. */
export function startServer(file: string, port = 0): Promise<Program> {
  return start('server.ts', { ...secrets, ALBUMS_FILE: file, PORT: String(port) });
}

/** Starts a worker, which knows the address of the server and its own token. */
export function startWorker(address: string): Promise<Program> {
  const url = new URL('jobs', address).href;
  return start('worker.ts', { PHILJS_JOBS_URL: url, PHILJS_JOBS_TOKEN: secrets.WORKER_TOKEN });
}

/** Ends a program. */
export async function end(
  { process: child }: Program,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
}
