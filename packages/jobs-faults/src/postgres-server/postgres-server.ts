import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endWithUs } from '../end-with-us/end-with-us.ts';
import { freePort } from '../redis-server/free-port.ts';

const START_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Says what kind of server to start. */
export interface PostgresServerOptions {
  /**
   * The program `postgres`; `initdb` is beside it. @default the environment's `POSTGRES_BIN`, else the one on the
   * PATH
   */
  readonly program?: string;
  /** Settings, as in postgresql.conf: `{ max_connections: '200' }`. */
  readonly config?: Readonly<Record<string, string>>;
  /** The folder in which its folder is made; the account it runs under must reach it. @default the system's for temporary files */
  readonly parent?: string;
}

/**
 * Is a PostgreSQL server for one test: on a free port, in a folder of its own, ended by its process id, and with this process
 * at the latest. As root it runs under another account, since PostgreSQL refuses root.
 *
 * @example
 * const server = await PostgresServer.start();
 * afterAll(() => server.stop());
 * const queue = createQueue({ postgres: server.url });
 */
export class PostgresServer {
  readonly #options: PostgresServerOptions;
  readonly #programs: string;
  readonly #account: Account | undefined;
  readonly #folder: string;
  #port = 0;
  #child: ChildProcess | undefined;

  private constructor(options: PostgresServerOptions) {
    this.#options = options;
    // `initdb` looks for the rest of PostgreSQL beside the file, not beside a link to it.
    this.#programs = dirname(realpathSync(options.program ?? findPostgres()));
    this.#account = unprivilegedUser();
    this.#folder = mkdtempSync(join(options.parent ?? tmpdir(), 'philjs-jobs-postgres-'));
    if (this.#account !== undefined) {
      chownSync(this.#folder, this.#account.uid, this.#account.gid);
    }
  }

  /** Makes a database in a folder of its own and starts a server; resolves once it answers. */
  static async start(options: PostgresServerOptions = {}): Promise<PostgresServer> {
    const server = new PostgresServer(options);
    const args = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    await server.#call('initdb', args);
    // Only now: the longer a port waits to be used, the more likely another takes it.
    server.#port = await freePort();
    await server.run();
    return server;
  }

  /**
   * Starts a standby of this server, which has a copy of its data and follows it; resolves once it answers. It is a
   * server of its own, to be stopped by itself.
   */
  async startStandby(): Promise<PostgresServer> {
    const standby = new PostgresServer(this.#options);
    const from = ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres'];
    await standby.#call('pg_basebackup', [...from, '--write-recovery-conf', '--no-sync']);
    standby.#port = await freePort();
    await standby.run();
    return standby;
  }

  /** Makes a standby a server that takes writes; resolves once it does. */
  async promote(): Promise<void> {
    await this.#call('pg_ctl', ['promote', '--wait', '--silent']);
  }

  /** The port it listens on, on 127.0.0.1. */
  get port(): number {
    return this.#port;
  }

  /** The URL of the server. */
  get url(): string {
    return `postgres://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** Its process id. Throws when it is not running. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('The server is not running');
    return pid;
  }

  /** Starts it again after {@link kill}, with the data in its folder. */
  async run(): Promise<void> {
    const config = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...this.#options.config,
    };
    const settings = Object.entries(config).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const args = ['-D', join(this.#folder, 'data'), ...settings];
    const options = { stdio: 'ignore', cwd: this.#folder, ...this.#account } as const;
    this.#child = spawn(join(this.#programs, 'postgres'), args, options);
    endWithUs(this.#child, this.#folder);
    await Promise.race([this.#untilItAnswers(), failed(this.#child)]);
  }

  /**
   * Ends it: immediately and with all its processes, as a crash would, unless another signal is given (SIGINT:
   * without waiting for clients).
   */
  async kill(signal: NodeJS.Signals = 'SIGQUIT'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.#child = undefined;
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #call(program: string, args: readonly string[]): Promise<void> {
    const all = ['-D', join(this.#folder, 'data'), ...args];
    const options = { ...this.#account, cwd: this.#folder };
    await promisify(execFile)(join(this.#programs, program), all, options);
  }

  async #untilItAnswers(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await isReady(this.port))) {
      if (Date.now() > deadline) throw new Error(`The server on port ${this.port} does not answer`);
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Rejects when the program cannot be started, or ends by itself. */
function failed(child: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`postgres ended with code ${code}`)));
  });
}

function findPostgres(): string {
  const given = process.env['POSTGRES_BIN'];
  if (given !== undefined && given !== '') return given;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(join(folder, 'postgres'));
    } catch {
      // Not in this folder.
    }
  }
  throw new Error('There is no `postgres` on the PATH; say where it is with POSTGRES_BIN.');
}

/** Asks for a session as PostgreSQL clients do; a server that still starts or recovers answers with an error. */
function isReady(port: number): Promise<boolean> {
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(196_608, 4);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(Buffer.concat([head, parameters])),
    );
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('latin1', 0, 1) === 'R');
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/** Names the account that runs a program. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that exist on most systems, the best first. */
const NAMES = ['postgres', 'nobody'];

/** Finds an account for a program that refuses to run as root; `undefined` where this process is not root. */
function unprivilegedUser(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of NAMES) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL refuses to run as root, and there is no user ${NAMES.join(' or ')}.`);
}
