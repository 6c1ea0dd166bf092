import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_TIMEOUT_MS = 10_000;

/** A server of a test's own: on a free port, in a directory of its own, killed by its process id. */
export class RedisServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number) {
    const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
    this.url = `redis://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-scheduler-'));
    const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    this.#child = spawn(program, args, { stdio: 'ignore' });
  }

  /** Starts a server; resolves once it answers. */
  static async start(): Promise<RedisServer> {
    const port = await freePort();
    const server = new RedisServer(port);
    for (const deadline = Date.now() + START_TIMEOUT_MS; !(await answers(port)); ) {
      if (Date.now() > deadline) throw new Error(`No server answers on port ${port}`);
      await sleep(20);
    }
    return server;
  }

  /** Ends it and removes its directory. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
