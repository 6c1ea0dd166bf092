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
  readonly #port: number;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'philjs-jobs-scheduler-'));
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** Starts a server that writes down all it is told; resolves once it answers. */
  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.run();
    return server;
  }

  /** Starts it again after {@link kill}, with what it had written down. */
  async run(): Promise<void> {
    const program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
    const where = ['--port', `${this.#port}`, '--bind', '127.0.0.1', '--dir', this.#folder];
    const safe = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'];
    this.#child = spawn(program, [...where, ...safe], { stdio: 'ignore' });
    for (const deadline = Date.now() + START_TIMEOUT_MS; !(await answers(this.#port)); ) {
      if (Date.now() > deadline) throw new Error(`No server answers on port ${this.#port}`);
      await sleep(20);
    }
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends it and removes its directory. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => end(String(answer).startsWith('+PONG')));
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
