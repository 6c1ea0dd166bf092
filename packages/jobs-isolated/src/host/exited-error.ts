import { JobsError } from '@philjs/jobs-core';
import type { IsolateExit } from './isolate.ts';

/** Says how an isolate ended under a handler. */
export interface ExitedRun {
  readonly module: string;
  readonly place: 'thread' | 'process';
  /** How it exited, if that is known. */
  readonly exit: IsolateExit | undefined;
  /** The error that ended it, if that is known. */
  readonly cause: unknown;
}

/** Makes the error of a handler whose thread or process ended before it did. */
export function exitedError({ module, place, exit, cause }: ExitedRun): JobsError {
  const { code, signal } = exit ?? {};
  return new JobsError(
    'JOBS_HANDLER_EXITED',
    `The ${place} of the handler in \`${module}\` ended before the handler did: ${reasonOf(exit, cause)}`,
    {
      details: {
        module,
        in: place,
        ...(typeof code === 'number' && { exitCode: code }),
        ...(typeof signal === 'string' && { signal }),
      },
      ...(cause !== undefined && { cause }),
    },
  );
}

function reasonOf(exit: IsolateExit | undefined, cause: unknown): string {
  if (cause instanceof Error) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return 'it ran out of memory. Raise `memory`, or read the data in parts.';
    }
    return `nothing caught an error, ${cause.name}: ${cause.message}. Await every promise, and listen to \`error\` of streams.`;
  }
  if (typeof exit?.signal === 'string') {
    return `it got ${exit.signal}. Node aborts so when it runs out of memory, and native code when it crashes; the system kills what takes too much memory.`;
  }
  if (exit === undefined) return 'it did not start.';
  return `it exited with code ${exit.code}, as by \`process.exit\`. Return or throw instead.`;
}
