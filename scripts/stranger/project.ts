import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';

/** One Node on which everything is done. */
export interface Reader {
  readonly version: string;
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
  /** A server of its own, so that the readers do not meet. */
  readonly redisUrl: string;
}

/** The stranger's project, seen by one reader. */
export interface Desk extends Reader {
  readonly folder: string;
}

/** The stranger's project: one folder, read on several Nodes. */
export class Project {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #readers: Desk[] = [];

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#env = env;
  }

  /** The Nodes. */
  get readers(): readonly Desk[] {
    return this.#readers;
  }

  /** Has everything done on one more Node. */
  addReader(reader: Reader): void {
    this.#readers.push({ ...reader, folder: this.folder });
  }

  /** Runs `npm install …`, once for all. */
  async install(command: string): Promise<void> {
    const [program = '', ...args] = command.trim().split(/\s+/);
    const options = { cwd: this.folder, env: this.#env, timeout: HANGS_AFTER, quiet: true };
    const { code, output } = await spawnCommand(program, args, options);
    if (code !== 0) throw new Error(`${command} failed:\n${output}`);
  }
}

/** Describes how a program ended. */
export interface Answer {
  readonly code: number | null;
  readonly output: string;
}

/** A program under way. */
export interface Running {
  /** Resolves with the first match in what it prints; rejects when it ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it. @default by SIGTERM */
  end(signal?: NodeJS.Signals): Promise<Answer>;
  /** Waits until it ends by itself. */
  ended(): Promise<Answer>;
}

/** Starts a program at a desk. */
export function start(
  { folder, env }: Pick<Desk, 'folder' | 'env'>,
  command: string,
  args: readonly string[],
): Running {
  const child: ChildProcess = spawn(command, args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const timer = setTimeout(() => child.kill('SIGKILL'), HANGS_AFTER);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const exit = once(child, 'close').then(([code]) => {
    clearTimeout(timer);
    return { code: code as number | null, output };
  });
  return {
    ended: () => exit,
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exit;
    },
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match);
        };
        look();
        child.stdout?.on('data', look);
        child.stderr?.on('data', look);
        exit.then(() => reject(new Error(`ended before it printed ${pattern}:\n${output}`)));
      }),
  };
}

/** Starts a TypeScript program. Node 24 runs it as it is; before that, the quick start says to use tsx. */
export function startProgram(
  desk: Desk,
  file: string,
  {
    before = [],
    args = [],
  }: { readonly before?: readonly string[]; readonly args?: readonly string[] } = {},
): Running {
  const loader = /^v2[0-2]\./.test(desk.version) ? ['--import', 'tsx'] : [];
  return start(desk, desk.node, [...loader, ...before, file, ...args]);
}
