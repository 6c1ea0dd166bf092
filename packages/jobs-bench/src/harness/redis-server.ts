import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Controls the redis-server of this run. */
export interface OwnRedis {
  readonly port: number;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/**
 * Starts an empty redis-server (or valkey-server) on a free port, without persistence.
 *
 * @throws Error when none is installed, or it does not start
 */
export async function startRedis(): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'jobs-bench-'));
  const port = await freePort();
  const options = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
  const server = spawn(program, ['--port', String(port), ...options], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL');
    if (server.pid !== undefined) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', () => server.kill('SIGKILL'));
  try {
    await untilListening(server, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  let failure: unknown;
  server.once('error', (error) => {
    failure = error;
  });
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isListening(port))) {
    if (failure !== undefined || server.exitCode !== null || Date.now() > deadline) {
      throw new Error(
        'No redis-server started. Install one, or say where it is with REDIS_SERVER_BIN.',
        { cause: failure },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
