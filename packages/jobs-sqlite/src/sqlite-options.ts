import { resolve } from 'node:path';
import { invalidArgument } from '@philjs/jobs-core';

/** Configures where the jobs are stored. */
export interface SqliteBackendOptions {
  /** The file; it is made if it does not exist. Its folder must exist. @default './jobs.sqlite' */
  readonly path?: string | undefined;
  /**
   * Whether each commit waits for the disk to store it. With `normal` a power cut may lose the last commits
   * (the file stays whole, and the end of a process loses nothing); with `full` it loses none. @default 'normal'
   */
  readonly synchronous?: 'normal' | 'full' | undefined;
}

/** Options that were checked. */
export interface SqliteOptions {
  readonly path: string;
  readonly synchronous: 'normal' | 'full';
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkSqliteOptions(options: SqliteBackendOptions): SqliteOptions {
  const { path = './jobs.sqlite', synchronous = 'normal' } = options;
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw invalidArgument('path', 'the path of a file', path, "Such as './jobs.sqlite'.");
  }
  if (path === ':memory:') {
    throw invalidArgument(
      'path',
      'the path of a file',
      path,
      'For jobs in memory use `createQueue` from `@philjs/jobs-memory`.',
    );
  }
  if (synchronous !== 'normal' && synchronous !== 'full') {
    throw invalidArgument('synchronous', "'normal' or 'full'", synchronous);
  }
  return { path: resolve(path), synchronous };
}
