import type { Io } from './io.ts';

/**
 * Lets no output that cannot be written end this process. Returns a signal that aborts when no one reads stdout any
 * more, as after `| head`: commands that only print end then, and all others go on with what they do. A write that
 * fails otherwise, as on a full disk, is reported, and makes the exit code 1.
 */
export function whenClosed({ stdout, stderr }: Pick<Io, 'stdout' | 'stderr'>): AbortSignal {
  const closed = new AbortController();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && !closed.signal.aborted) {
      process.exitCode = 1;
      stderr.write(`The output cannot be written: ${error.message}\n`);
    }
    closed.abort();
  });
  // There is nothing else to say it to.
  stderr.on('error', () => undefined);
  return closed.signal;
}
