import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const START_TIMEOUT_MS = 10_000;

/** Says what kind of server to start. */
export interface ServerOptions {
  /** The program. @default `REDIS_SERVER_BIN`, else `redis-server` */
  readonly program?: string;
  /** Further options, as on the command line: `{ appendonly: 'yes' }`. */
  readonly config?: Readonly<Record<string, string>>;
}

/** A server of a test's own: on a free port, in a directory of its own, killed by its process id. */
export class RedisServer {
  readonly port: number;
  readonly #program: string;
  readonly #config: Readonly<Record<string, string>>;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, options: ServerOptions) {
    this.port = port;
    this.#program = options.program ?? process.env['REDIS_SERVER_BIN'] ?? 'redis-server';
    this.#config = options.config ?? {};
    this.#folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-redis-'));
  }

  /** Starts a server; resolves once it answers. */
  static async start(options: ServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.run();
    return server;
  }

  /** Where it is. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Its process id. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('The server is not running');
    return pid;
  }

  /** Starts it again after {@link kill}, with what it had written to its directory. */
  async run(): Promise<void> {
    const config = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      daemonize: 'no',
      ...this.#config,
    };
    const args = Object.entries(config).flatMap(([name, value]) => [`--${name}`, value]);
    this.#child = spawn(this.#program, args, { stdio: 'ignore' });
    await this.#untilItAnswers();
  }

  /** Opens a plain client; the caller closes it. */
  client(): Redis {
    const options = { maxRetriesPerRequest: null, ...this.#credentials };
    return new Redis(this.port, '127.0.0.1', options);
  }

  /** Ends it at once, as a crash would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.#child = undefined;
  }

  /** Freezes it: connections stay open and nothing answers. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Ends it and removes its directory. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #credentials(): { readonly password?: string } {
    const password = this.#config['requirepass'];
    return password === undefined ? {} : { password };
  }

  async #untilItAnswers(): Promise<void> {
    const client = new Redis(this.port, '127.0.0.1', {
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
      connectTimeout: 500,
      ...this.#credentials,
    });
    client.on('error', () => undefined);
    const timer = setTimeout(() => client.disconnect(), START_TIMEOUT_MS);
    try {
      await client.ping();
    } finally {
      clearTimeout(timer);
      client.disconnect();
    }
  }
}

/** Finds a port nobody listens on. */
export function freePort(): Promise<number> {
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
