import { JobsError } from '@philjs/jobs-core';
import { MIGRATIONS } from './schema.ts';
import {
  pathOf,
  prepare,
  type SqliteDatabase,
  type SqliteDriver,
  type SqliteStatement,
} from './sqlite-driver.ts';
import { toJobsError } from './to-jobs-error.ts';
import { whenFree } from './when-free.ts';

/** A value in a row, as SQLite has it. */
export type SqlValue = string | number | null;
/** A row that was read. */
export type Row = Readonly<Record<string, SqlValue>>;

/** Configures how a file is opened. */
export interface SqliteFileOptions {
  /** Its path. */
  readonly path: string;
  /** Whether a commit waits for the disk to store it. */
  readonly synchronous: 'normal' | 'full';
  /** The class that opens it. */
  readonly driver: SqliteDriver;
  /** How long the opening waits for another process's transaction, in milliseconds. */
  readonly waitMs?: number | undefined;
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
   * Opens a file and brings its tables up to date, as soon as it is free.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it cannot be opened, or was written by a later version
   */
  static open({
    path,
    synchronous,
    driver,
    waitMs,
  }: SqliteFileOptions): SqliteFile | Promise<SqliteFile> {
    const attempt = (): SqliteFile => {
      let database: SqliteDatabase | undefined;
      try {
        database = new driver(path);
        // Calls wait for a lock without blocking the event loop.
        database.exec('PRAGMA busy_timeout = 0');
        database.exec('PRAGMA journal_mode = WAL');
        database.exec(`PRAGMA synchronous = ${synchronous}`);
        migrate(database, path);
        return new SqliteFile(database, path);
      } catch (error) {
        database?.close();
        throw error;
      }
    };
    return whenFree(attempt, path, waitMs);
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
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it was not free for `waitMs`, by default 5 seconds, or cannot be
   * written
   */
  atomically<T>(change: () => T, waitMs?: number): T | Promise<T> {
    const attempt = (): T => {
      this.run('BEGIN IMMEDIATE');
      try {
        const result = change();
        this.run('COMMIT');
        return result;
      } catch (error) {
        rollBack(this.#database, 'ROLLBACK');
        throw error;
      }
    };
    return whenFree(attempt, this.#path, waitMs);
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
        rollBack(this.#database, 'ROLLBACK TO philjs_jobs; RELEASE philjs_jobs');
        throw error;
      }
    } catch (error) {
      throw toJobsError(error, this.#path);
    }
  }

  /** Reads; tries again while the file is locked. */
  read<T>(look: () => T): T | Promise<T> {
    return whenFree(look, this.#path);
  }

  /** Returns whether another connection has changed the file since the last call. */
  changedElsewhere(): boolean {
    this.#version ??= this.#database.prepare('PRAGMA data_version');
    const version = Number((this.#version.get() as Row)['data_version']);
    const changed = version !== this.#seenVersion;
    this.#seenVersion = version;
    return changed;
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
    rollBack(database, 'ROLLBACK');
    throw error;
  }
}

function rollBack(database: SqliteDatabase, sql: string): void {
  try {
    database.exec(sql);
  } catch {
    // SQLite rolls back by itself on some errors, such as a full disk.
  }
}
