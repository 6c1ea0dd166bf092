import { resolve } from 'node:path';
import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import { nodeSqlite, type SqliteDriver } from './database/sqlite-driver.ts';

/** Configures where the jobs are stored. */
export interface SqliteBackendOptions {
  /** The file; it is made if it does not exist. Its folder must exist. @default './jobs.sqlite' */
  readonly path?: string | undefined;
  /**
   * Whether each commit waits for the disk to store it. With `normal` a power cut may lose the last commits
   * (the file stays whole, and the end of a process loses nothing); with `full` it loses none. @default 'normal'
   */
  readonly synchronous?: 'normal' | 'full' | undefined;
  /**
   * The class that opens the file: `Database` of [libsql](https://www.npmjs.com/package/libsql) or
   * [better-sqlite3](https://www.npmjs.com/package/better-sqlite3), also for a Node without `node:sqlite`.
   * @default `DatabaseSync` of `node:sqlite`
   */
  readonly driver?: SqliteDriver | undefined;
}

/** The names of {@link SqliteBackendOptions}. */
export const SQLITE_OPTION_NAMES: readonly string[] = ['path', 'synchronous', 'driver'];

/** Options that were checked. */
export interface SqliteOptions {
  readonly path: string;
  readonly synchronous: 'normal' | 'full';
  readonly driver: SqliteDriver;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` without a driver on a Node that has no `node:sqlite`
 */
export function checkSqliteOptions(options: SqliteBackendOptions): SqliteOptions {
  checkOptions('sqliteBackend', options, SQLITE_OPTION_NAMES);
  const { path = './jobs.sqlite', synchronous = 'normal', driver = nodeSqlite() } = options;
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
  if (driver === undefined) {
    throw new JobsError(
      'JOBS_NOT_SUPPORTED',
      'This Node has no `node:sqlite`, which comes with Node 22.13 and later. On an older one, install libsql and give its class as `driver` to `createQueue` of `@philjs/jobs-sqlite`.',
      { details: { field: 'driver', node: process.version } },
    );
  }
  if (typeof driver !== 'function') {
    throw invalidArgument(
      'driver',
      'a class that opens a file',
      driver,
      'Such as `Database` of libsql.',
    );
  }
  return { path: resolve(path), synchronous, driver };
}
