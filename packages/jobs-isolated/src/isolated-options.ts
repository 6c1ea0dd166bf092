import { invalidArgument } from '@philjs/jobs-core/backend';
import {
  checkDuration,
  checkInteger,
  checkOptions,
  MAX_TIMEOUT_MS,
} from '@philjs/jobs-core/internal';

/** Says where an isolated handler runs. */
export interface IsolatedOptions {
  /**
   * Where each run of the handler has its place: a thread starts faster, and a process of its own survives all that
   * ends it, also running out of memory and crashes of native code.
   * @default 'thread', or 'process' where `memory` is given
   */
  readonly in?: 'thread' | 'process' | undefined;
  /**
   * How much memory the objects of the handler may take, in MiB, 16 to 1,048,576: the heap of V8. Buffers do not
   * count. Beyond it the attempt fails.
   * @default what Node takes
   */
  readonly memory?: number | undefined;
  /** For how many milliseconds a thread or process is kept for the next run: 0 to 2,147,483,647. @default 10_000 */
  readonly idle?: number | undefined;
}

/** Holds the options with their defaults. */
export interface CheckedOptions {
  readonly place: 'thread' | 'process';
  readonly memory: number | undefined;
  readonly idle: number;
}

/**
 * Checks the options of `isolated`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkIsolatedOptions(given: IsolatedOptions): CheckedOptions {
  checkOptions('options', given, ['in', 'memory', 'idle']);
  const { memory, idle = 10_000 } = given;
  if (memory !== undefined) checkInteger('options.memory', memory, { min: 16, max: 1_048_576 });
  checkDuration('options.idle', idle, { min: 0, max: MAX_TIMEOUT_MS });
  const { in: place = memory === undefined ? 'thread' : 'process' } = given;
  if (place !== 'thread' && place !== 'process') {
    throw invalidArgument('options.in', "'thread' or 'process'", place);
  }
  return { place, memory, idle };
}
