import { type OpenTransaction, transactionEndedError } from '@philjs/jobs-core/backend';
import type { SqliteOptions } from '../sqlite-options.ts';
import { rollBack } from './migrate.ts';
import { isInTransaction, type SqliteDatabase } from './sqlite-driver.ts';
import type { SqliteFile } from './sqlite-file.ts';
import { toJobsError } from './to-jobs-error.ts';
import { TransactionLine, type Turn } from './transaction-line.ts';
import { whenFree } from './when-free.ts';

/** The callbacks after the commits of transactions that were begun here. */
const atCommit = new WeakMap<SqliteDatabase, (() => void)[]>();

/** Calls back after the commit of a transaction that this package began; never for one of the user's own. */
export function whenCommitted(database: SqliteDatabase, callback: () => void): void {
  atCommit.get(database)?.push(callback);
}

/** Begins transactions on one file, each on a connection of its own, and ends those that are left. */
export class SqliteTransactions {
  readonly #file: () => SqliteFile;
  readonly #options: SqliteOptions;
  readonly #open = new Set<OpenTransaction>();

  constructor(file: () => SqliteFile, options: SqliteOptions) {
    this.#file = file;
    this.#options = options;
  }

  /**
   * Begins a transaction as soon as those of this process that came before have ended and the file is free, without blocking
   * the event loop.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when other processes kept the file locked for 5 seconds
   */
  async begin(): Promise<OpenTransaction> {
    const { path, synchronous, driver } = this.#options;
    const turn = await TransactionLine.of(path).enter();
    let database: SqliteDatabase | undefined;
    try {
      this.#file().examine();
      const opened = new driver(path);
      database = opened;
      opened.exec(`PRAGMA busy_timeout = 0; PRAGMA synchronous = ${synchronous}`);
      await whenFree(() => opened.exec('BEGIN IMMEDIATE'), path);
      // The queue may have been closed meanwhile.
      this.#file();
      return this.#keep(opened, turn);
    } catch (error) {
      database?.close();
      turn.leave(0);
      throw toJobsError(error, path);
    }
  }

  /** Rolls back all that are open, and refuses what still comes through them. */
  async end(): Promise<void> {
    for (const open of this.#open) await open.rollback();
  }

  #keep(database: SqliteDatabase, turn: Turn): OpenTransaction {
    const beganAt = performance.now();
    const callbacks: (() => void)[] = [];
    atCommit.set(database, callbacks);
    const close = (): void => {
      this.#open.delete(open);
      try {
        // Closed alone, a connection with a statement that is being read keeps its lock.
        if (isInTransaction(database) !== false) rollBack(database, 'ROLLBACK');
        refuseMore(database);
        database.close();
      } finally {
        turn.leave(performance.now() - beganAt);
      }
    };
    const open: OpenTransaction = {
      transaction: database,
      isExclusive: true,
      commit: async () => {
        if (!this.#open.has(open)) return { committed: false, cause: transactionEndedError() };
        try {
          if (isInTransaction(database) === false) throw new Error(ENDED_BEFORE);
          try {
            database.exec('COMMIT');
          } catch (cause) {
            return { committed: false, cause: toJobsError(cause, this.#options.path) };
          }
        } finally {
          close();
        }
        for (const callback of callbacks) callback();
        return { committed: true };
      },
      rollback: async () => {
        if (this.#open.has(open)) close();
      },
    };
    this.#open.add(open);
    return open;
  }
}

const ENDED_BEFORE =
  'it had ended before its function returned: a statement in it ended it, or failed so that SQLite rolled it back';

/** Gives the calls of a database that was closed an error with a code. */
function refuseMore(database: SqliteDatabase): void {
  const refuse = (): never => {
    throw transactionEndedError();
  };
  Object.assign(database, { prepare: refuse, exec: refuse });
}
