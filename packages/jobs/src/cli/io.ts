import type { Readable, Writable } from 'node:stream';
import { whenClosed } from './when-closed.ts';

/** Holds the inputs and outputs of the command line, so that a test can replace them. */
export interface Io {
  /** The arguments. */
  readonly args: readonly string[];
  /** The stream for results. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** The stream for everything else: errors, questions, progress. */
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** The stream for answers and `--data -`. */
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** The environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when no one reads the results any more. */
  readonly closed: AbortSignal;
  /** The folder in which to look for a configuration. */
  readonly cwd: string;
}

/** The inputs and outputs of this process. */
export const processIo: Io = {
  args: process.argv.slice(2),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  closed: whenClosed(process),
  cwd: process.cwd(),
};
