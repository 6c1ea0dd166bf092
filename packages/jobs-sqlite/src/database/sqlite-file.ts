import { JobsError } from '@philjs/jobs-core';
import { FileIdentity } from './file-identity.ts';
import { migrate, refuseLater, rollBack, VERSION } from './migrate.ts';
import {
  pathOf,
  prepare,
  type SqliteDatabase,
  type SqliteDriver,
  type SqliteStatement,
  withFastRows,
} from './sqlite-driver.ts';
import { ADVANCE_MARK } from './stored-mark.ts';
import { toJobsError } from './to-jobs-error.ts';
import { whenFree } from './when-free.ts';

/** A value in a row, as SQLite has it. */
export type SqlValue = string | number | null;
/** A value to store. */
export type StoredValue = SqlValue | Uint8Array;
/** A row that was read. */
export type Row = Readonly<Record<string, SqlValue>>;

/** Is run to see whether statements that were prepared before can be run. */
const PROBE = 'SELECT 1';
/** How often a file is examined while it is written, in milliseconds. */
const EXAMINED_EVERY_MS = 1_000;
/** How often the mark in a file is advanced while it is written, in milliseconds. */
const MARKED_EVERY_MS = 60_000;
/** The size to which the log of changes shrinks once it was all copied into the file, in bytes. */
const MOST_LOG_KEPT = 16 * 1024 * 1024;

/** The users' connections through which jobs were stored, with their prepared statements. */
const joined = new WeakMap<SqliteDatabase, SqliteFile>();

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
  /** Which file it is; unknown of a connection that the user opened. */
  #identity: FileIdentity | undefined;
  #examinedAt = Number.NEGATIVE_INFINITY;
  #markedAt = performance.now();
  #isClosed = false;
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
        database.exec(`PRAGMA journal_size_limit = ${MOST_LOG_KEPT}`);
        migrate(database, path);
        const file = new SqliteFile(database, path);
        file.#identity = new FileIdentity(path, driver);
        return file;
      } catch (error) {
        database?.close();
        throw error;
      }
    };
    return whenFree(attempt, path, waitMs);
  }

  /** Uses a connection that the user opened, within the transaction in progress on it. */
  static of(database: SqliteDatabase): SqliteFile {
    const known = joined.get(database);
    if (known?.isUsable) return known;
    const file = new SqliteFile(database, pathOf(database));
    file.#prepare(PROBE);
    joined.set(database, file);
    return file;
  }

  /** Whether its statements can be run: those of a database that was closed and opened again cannot. */
  get isUsable(): boolean {
    try {
      return this.get(PROBE) !== undefined;
    } catch {
      return false;
    }
  }

  /** Closes the connection. */
  close(): void {
    this.#isClosed = true;
    this.#statements.clear();
    this.#database.close();
  }

  /** Reads rows. */
  all(sql: string, ...values: readonly SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Reads the first row. */
  get(sql: string, ...values: readonly StoredValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  /** Writes; returns how many rows changed. */
  run(sql: string, ...values: readonly StoredValue[]): number {
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
        this.examine();
        this.refuseLater();
        const result = change();
        const isMarked = this.#mark();
        this.run('COMMIT');
        if (isMarked) this.#store();
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

  /**
   * Ensures, once a second, that it is still the file at its path.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  examine(): void {
    const now = performance.now();
    if (now < this.#examinedAt + EXAMINED_EVERY_MS) return;
    this.#identity?.check();
    this.#examinedAt = now;
  }

  /**
   * Ensures that its tables are of a known version: in each transaction that writes, since a later version keeps more about a
   * job than this one would write.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE`
   */
  refuseLater(): void {
    refuseLater(Number(this.get(VERSION)?.['version']), this.#path);
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

  /** Advances the mark once a minute, so that a backup of before is known by an earlier one. */
  #mark(): boolean {
    const now = performance.now();
    if (this.#identity?.isSuspect !== false || now < this.#markedAt + MARKED_EVERY_MS) return false;
    this.#markedAt = now;
    return this.run(ADVANCE_MARK) > 0;
  }

  /** Has what was committed written into the file itself, as far as no reader needs what is there. */
  #store(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // The commit is done. Another process may write into the file now, and SQLite does so by itself later.
    }
  }

  #prepare(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      if (this.#isClosed) throw closedError(this.#path);
      statement = withFastRows(prepare(this.#database, sql));
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function closedError(path: string): JobsError {
  return new JobsError(
    'JOBS_QUEUE_CLOSED',
    `The queue was closed while a call waited for the file ${path}. Make a new one with \`createQueue\`.`,
    { details: { path } },
  );
}
