import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { secrets } from './server.ts';

/** Starts a Python program of this folder as a client of a server. */
function start(url: string, token: string, args: readonly string[], env = {}): ChildProcess {
  return spawn(process.env['PYTHON_BIN'] || 'python3', args, {
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'], PHILJS_JOBS_URL: url, PHILJS_JOBS_TOKEN: token, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts the worker. */
export function startWorker(url: string, leaseMs = 30_000): ChildProcess {
  return start(url, secrets.worker, ['worker.py'], { LEASE_MS: String(leaseMs) });
}

/** Runs the producer, and returns what it printed. */
export async function produce(url: string, key: string, words: string): Promise<string> {
  const program = start(url, secrets.producer, ['producer.py', key, words]);
  const [out, complaint, [code]] = await Promise.all([
    text(program.stdout as NonNullable<typeof program.stdout>),
    text(program.stderr as NonNullable<typeof program.stderr>),
    once(program, 'close'),
  ]);
  if (code !== 0) throw new Error(`producer.py ended with ${code}: ${complaint}`);
  return out.trim();
}
