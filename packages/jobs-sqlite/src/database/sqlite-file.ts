import { JobsError } from '@philjs/jobs-core';
import { MIGRATIONS } from './schema.ts';
import {
  pathOf,
  prepare,
  type SqliteDatabase,
  type SqliteDriver,
  type SqliteStatement,
} from './sqlite-driver.ts';
import { isBusy, toJobsError } from './to-jobs-error.ts';

/** A value in a row, as SQLite has it. */
export type SqlValue = string | number | null;
/** A row that was read. */
export type Row = Readonly<Record<string, SqlValue>>;

/** How long a call waits for another process's transaction, in milliseconds. */
const BUSY_MS = 5_000;
/** How long a call waits before it tries a locked file again, at first and at most, in milliseconds. */
const LOOK_AGAIN_MS = { first: 1, most: 20 } as const;

/** Configures how a file is opened. */
export interface SqliteFileOptions {
  /** Its path. */
  readonly path: string;
  /** Whether a commit waits for the disk to store it. */
  readonly synchronous: 'normal' | 'full';
  /** The class that opens it. */
  readonly driver: SqliteDriver;
}

/** Runs SQL on one file over one connection, and keeps the prepared statements. */
export class SqliteFile {
  readonly #database: SqliteDatabase;
  readonly #path: string;
  readonly #statements = new Map<string, SqliteStatement>();
  #version: SqliteStatement | undefined;
  #seenVersion = 0;

  private constructor(database: SqliteDatabase, path: string) {
    this.#database = database;
    this.#path = path;
  }

  /**
   * Opens a file and brings its tables up to date.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it cannot be opened, or was written by a later version
   */
  static open({ path, synchronous, driver }: SqliteFileOptions): SqliteFile {
    let database: SqliteDatabase | undefined;
    try {
      database = new driver(path);
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`PRAGMA synchronous = ${synchronous}`);
      migrate(database, path);
      // From here on calls wait for a lock without blocking the event loop.
      database.exec('PRAGMA busy_timeout = 0');
      return new SqliteFile(database, path);
    } catch (error) {
      database?.close();
      throw toJobsError(error, path);
    }
  }

  /** Uses a connection that the user opened, within the transaction in progress on it. */
  static of(database: SqliteDatabase): SqliteFile {
    const known = joined.get(database) ?? new SqliteFile(database, pathOf(database));
    joined.set(database, known);
    return known;
  }

  /** Closes the connection. */
  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** Reads rows. */
  all(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Reads the first row. */
  get(sql: string, ...values: readonly SqlValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** Writes; returns how many rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /**
   * Makes a change completely or not at all, with no other process in between: at once if the file is
   * free, else as soon as it is.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it was not free for 5 seconds, or cannot be written
   */
  atomically<T>(change: () => T): T | Promise<T> {
    return this.#whenFree(() => {
      this.run('BEGIN IMMEDIATE');
      try {
        const result = change();
        this.run('COMMIT');
        return result;
      } catch (error) {
        try {
          this.#database.exec('ROLLBACK');
        } catch {
          // SQLite rolls back by itself on some errors, such as a full disk.
        }
        throw error;
      }
    });
  }

  /**
   * Makes a change completely or not at all, within the transaction in progress.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when another transaction holds the file
   */
  within<T>(change: () => T): T {
    try {
      this.#database.exec('SAVEPOINT philjs_jobs');
      try {
        const result = change();
        this.#database.exec('RELEASE philjs_jobs');
        return result;
      } catch (error) {
        this.#database.exec('ROLLBACK TO philjs_jobs; RELEASE philjs_jobs');
        throw error;
      }
    } catch (error) {
      throw toJobsError(error, this.#path);
    }
  }

  /** Reads; tries again while the file is locked. */
  read<T>(look: () => T): T | Promise<T> {
    return this.#whenFree(look);
  }

  /** Returns whether another connection has changed the file since the last call. */
  changedElsewhere(): boolean {
    this.#version ??= this.#database.prepare('PRAGMA data_version');
    const version = Number((this.#version.get() as Row)['data_version']);
    const changed = version !== this.#seenVersion;
    this.#seenVersion = version;
    return changed;
  }

  #whenFree<T>(attempt: () => T): T | Promise<T> {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw toJobsError(error, this.#path);
    }
    return this.#tryAgain(attempt);
  }

  async #tryAgain<T>(attempt: () => T): Promise<T> {
    const deadline = performance.now() + BUSY_MS;
    for (let wait: number = LOOK_AGAIN_MS.first; ; wait = Math.min(2 * wait, LOOK_AGAIN_MS.most)) {
      // Uses real time: the process that holds the lock runs in real time.
      await new Promise((resolve) => setTimeout(resolve, wait));
      try {
        return attempt();
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) {
          throw toJobsError(error, this.#path);
        }
      }
    }
  }

  #prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = prepare(this.#database, sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** The users' connections through which jobs were stored, with their prepared statements. */
const joined = new WeakMap<SqliteDatabase, SqliteFile>();

function migrate(database: SqliteDatabase, path: string): void {
  const versionOf = (): number =>
    Number((database.prepare('PRAGMA user_version').get() as Row)['user_version']);
  if (versionOf() === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf();
    if (version > MIGRATIONS.length) {
      throw new JobsError(
        'JOBS_BACKEND_UNAVAILABLE',
        `The file ${path} has version ${version} of the tables, this package knows ${MIGRATIONS.length}. Update @philjs/jobs-sqlite.`,
        { details: { version, known: MIGRATIONS.length } },
      );
    }
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
