import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from '../end-with-us/end-with-us.ts';
import { freePort } from './free-port.ts';

const START_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 20;

/** Says what kind of server to start. */
export interface RedisServerOptions {
  /** The program. @default the environment's `REDIS_SERVER_BIN`, else `redis-server` */
  readonly program?: string;
  /** Further options, as on its command line: `{ appendonly: 'yes' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * Is a redis-server (or valkey-server) for one test: on a free port, in a folder of its own, ended by its process id, and
 * with this process at the latest.
 * Tests that share a server affect each other.
 *
 * @example
 * const server = await RedisServer.start();
 * afterAll(() => server.stop());
 * const queue = createQueue({ redis: server.url });
 */
export class RedisServer {
  /** The port it listens on, on 127.0.0.1. */
  readonly port: number;
  readonly #options: RedisServerOptions;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, options: RedisServerOptions) {
    this.port = port;
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-redis-'));
  }

  /** Starts a server; resolves once it answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.run();
    return server;
  }

  /** The URL of the server. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Its process id. Throws when it is not running. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('The server is not running');
    return pid;
  }

  /** Starts it again after {@link kill}, with the data in its folder. */
  async run(): Promise<void> {
    const { program = process.env['REDIS_SERVER_BIN'] ?? 'redis-server' } = this.#options;
    const config = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      daemonize: 'no',
      ...this.#options.config,
    };
    const args = Object.entries(config).flatMap(([name, value]) => [`--${name}`, value]);
    // It ends where the environment asks for a locale that this machine has not.
    const env = { ...process.env, LC_ALL: 'C' };
    this.#child = spawn(program, args, { stdio: 'ignore', env });
    endWithUs(this.#child, this.#folder);
    await Promise.race([this.#untilItAnswers(), failed(this.#child, program)]);
  }

  /** Ends it immediately, as a crash would, or with the given signal. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.#child = undefined;
  }

  /** Freezes it: connections stay open and nothing answers. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Resumes it after {@link freeze}. */
  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilItAnswers(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answersPing(this.port))) {
      if (Date.now() > deadline) throw new Error(`The server on port ${this.port} does not answer`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Rejects when the program cannot be started, or ends by itself. */
function failed(child: ChildProcess, program: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with code ${code}`)));
  });
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('latin1').startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
