import type { Readable, Writable } from 'node:stream';

/** Where the command line reads from and writes to, so that a test may give it its own. */
export interface Io {
  /** What it is called with. */
  readonly args: readonly string[];
  /** Where results go. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Where everything else goes: errors, questions, progress. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Where answers and `--data -` come from. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** The environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder a configuration is looked for in. */
  readonly cwd: string;
}

/** The process's own. */
export const processIo: Io = {
  args: process.argv.slice(2),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
};
