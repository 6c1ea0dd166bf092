import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../packages/jobs-faults/src/redis-server/free-port.ts';
import { RedisServer } from '../../packages/jobs-faults/src/redis-server/redis-server.ts';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import type { Program } from './plan-blocks.ts';
import { stopAfter } from './stop-after.ts';

/** Runs programs of documents in their folders, with the servers and the workers they ask for. */
export class RunProgram {
  readonly #env: NodeJS.ProcessEnv;
  readonly #servers = new Map<string, Promise<RedisServer>>();

  constructor(env: NodeJS.ProcessEnv) {
    const { REDIS_URL: _, ...rest } = env;
    this.#env = rest;
  }

  /** Runs a program to its end. */
  async run(program: Program, folder: string): ReturnType<typeof spawnCommand> {
    const env = {
      ...this.#env,
      ...(program.needsRedis && { REDIS_URL: await this.#redis(program.document) }),
      ...(program.needsPort && { PORT: String(await freePort()) }),
    };
    const beside =
      program.beside === undefined ? undefined : spawnBeside(program.beside, folder, env);
    try {
      if (beside !== undefined && program.needsPort) await untilListening(Number(env.PORT), beside);
      const [command, args] = commandOf(program);
      return await spawnCommand(command, args, {
        cwd: folder,
        env,
        timeout: HANGS_AFTER,
        quiet: true,
      });
    } finally {
      await beside?.end();
    }
  }

  /** Ends the servers. */
  async close(): Promise<void> {
    for (const server of this.#servers.values()) await (await server).stop();
  }

  async #redis(document: string): Promise<string> {
    const { REDIS_SERVER_BIN: program } = this.#env;
    const server =
      this.#servers.get(document) ?? RedisServer.start(program === undefined ? {} : { program });
    this.#servers.set(document, server);
    return (await server).url;
  }
}

function commandOf({ file, stopAfter: ms }: Program): [string, string[]] {
  if (file.endsWith('.sh')) return ['bash', ['-euo', 'pipefail', file]];
  return ['node', [...(ms === undefined ? [] : stopAfter(ms)), file]];
}

interface Beside {
  /** Whether it has ended by itself. */
  readonly hasEnded: boolean;
  end(): Promise<void>;
}

/** Waits until something listens on a port of this machine. */
async function untilListening(port: number, beside: Beside): Promise<void> {
  for (;;) {
    if (beside.hasEnded) throw new Error('The program beside it ended before it listened');
    const socket = createConnection(port, '127.0.0.1');
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await sleep(50);
  }
}

/** Starts a program that runs until it is stopped. */
function spawnBeside(file: string, cwd: string, env: NodeJS.ProcessEnv): Beside {
  const [command, args] = file.endsWith('.sh') ? ['bash', ['-eu', file]] : ['node', [file]];
  // In a group of its own: a shell does not pass a signal on to what it runs.
  const child: ChildProcess = spawn(command, args, { cwd, env, stdio: 'ignore', detached: true });
  const exit = once(child, 'exit');
  return {
    get hasEnded() {
      return child.exitCode !== null;
    },
    end: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      const [code] = await exit;
      if (code !== 0 && command === 'node') throw new Error(`${file} ended with exit code ${code}`);
    },
  };
}
