import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The ports to choose from: below those that systems give to a program that asks for any. */
const FIRST_PORT = 31_000;
const PORTS = 1768;

/** Controls a redis-server of this program, used when no other is given. */
export interface OwnServer {
  readonly url: string;
  /** Starts the server, which answers a moment later. */
  start(): void;
  /** Stops the server and removes its data. */
  stop(): Promise<void>;
}

/** Prepares a server on a free port. Needs `redis-server` (or REDIS_SERVER_BIN) to be installed. */
export async function prepareOwnServer(): Promise<OwnServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'redis-backend-'));
  const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
  // The settings that production needs too: Redis evicts nothing, and accepted data is on disk within a second.
  const args = ['--port', String(port), '--dir', folder, '--bind', '127.0.0.1', '--save', ''];
  const production = [
    '--maxmemory-policy',
    'noeviction',
    '--appendonly',
    'yes',
    '--appendfsync',
    'everysec',
  ];
  let child: ChildProcess | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    start: () => {
      // It ends where the environment asks for a locale that this machine has not.
      const env = { ...process.env, LC_ALL: 'C' };
      child = spawn(program, [...args, ...production], { stdio: 'ignore', env });
      child.once('error', (error) => {
        console.error(
          `Could not start ${program} (${error.message}). Install it, or set REDIS_URL.`,
        );
        process.exit(1);
      });
    },
    stop: async () => {
      if (child !== undefined && child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Finds a port for a server that starts later: meanwhile no program gets it that asks for any. */
async function freePort(): Promise<number> {
  const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return freePort();
  } finally {
    probe.close();
  }
}
