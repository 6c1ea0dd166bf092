import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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
    };
    const beside =
      program.beside === undefined ? undefined : spawnBeside(program.beside, folder, env);
    try {
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
  end(): Promise<void>;
}

/** Starts a program that runs until it is stopped. */
function spawnBeside(file: string, cwd: string, env: NodeJS.ProcessEnv): Beside {
  const child: ChildProcess = spawn('node', [file], { cwd, env, stdio: 'ignore' });
  const exit = once(child, 'exit');
  return {
    end: async () => {
      child.kill('SIGTERM');
      const [code] = await exit;
      if (code !== 0) throw new Error(`${file} ended with exit code ${code}`);
    },
  };
}
