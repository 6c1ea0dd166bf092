import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, type PostgresServer } from '@philjs/jobs-faults';

/** Is a PgBouncer in transaction mode before a server, with fewer connections to it than it takes from clients. */
export class PgBouncer {
  /** The URL of the database through it. */
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
  }

  /** Starts one, with settings of its own; resolves once it accepts connections. */
  static async start(server: PostgresServer, own: object = {}): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), 'philjs-pgbouncer-'));
    const port = await freePort();
    const settings = {
      ...{ listen_addr: '127.0.0.1', listen_port: port, unix_socket_dir: '' },
      ...{ auth_type: 'any', pool_mode: 'transaction', default_pool_size: 3, max_client_conn: 200 },
      // No connection to the server keeps anything of a client.
      ...{ server_reset_query_always: 1, server_reset_query: 'DISCARD ALL' },
      ...own,
    };
    const file = join(folder, 'pgbouncer.ini');
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    const database = `postgres = host=127.0.0.1 port=${server.port} user=postgres dbname=postgres`;
    writeFileSync(file, ['[databases]', database, '[pgbouncer]', ...lines, ''].join('\n'));
    const program = process.env['PGBOUNCER_BIN'] || 'pgbouncer';
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? ['--user', 'postgres'] : [];
    const child = spawn(program, ['--quiet', ...user, file], { stdio: 'inherit' });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`pgbouncer ended with code ${code}`);
    });
    failed.catch(() => undefined);
    await Promise.race([untilOpen(port), failed]);
    return new PgBouncer(`postgres://postgres@127.0.0.1:${port}/postgres`, folder, child);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true });
  }
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () =>
        resolve(false),
      );
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(20);
  }
}
