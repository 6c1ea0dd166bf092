import { pathToFileURL } from 'node:url';
import { nodeSqlite, type SqliteDatabase, type SqliteDriver } from './sqlite-driver.ts';

/** Advances the mark of a file. */
export const ADVANCE_MARK = 'UPDATE philjs_jobs SET mark = mark + 1';

/** Tells files, and the states of one file, apart. */
export interface StoredMark {
  /** A random text, made with the tables. */
  readonly made: string;
  /** Grows while the file is in use. */
  readonly mark: number;
}

/**
 * Reads the mark that is in the file itself, without its log of changes. `'none'` in a file without tables of this package;
 * `undefined` where it cannot be read, as while another process writes it, or by other classes than that of `node:sqlite`.
 */
export function readStoredMark(
  path: string,
  driver: SqliteDriver,
): StoredMark | 'none' | undefined {
  const Opened = nodeSqlite();
  if (Opened === undefined || !isA(driver, Opened)) return undefined;
  let database: SqliteDatabase | undefined;
  try {
    // Not read with `fs`: a process that closes a file loses all its locks on it, also those of SQLite.
    database = new (Opened as ReadOnly)(`${pathToFileURL(path).href}?immutable=1`, {
      readOnly: true,
    });
    return database.prepare('SELECT made, mark FROM philjs_jobs').get() as StoredMark;
  } catch (error) {
    return isForeign(error) ? 'none' : undefined;
  } finally {
    database?.close();
  }
}

type ReadOnly = new (path: string, options: { readonly readOnly: true }) => SqliteDatabase;

function isA(driver: SqliteDriver, base: SqliteDriver): boolean {
  return driver === base || driver.prototype instanceof base;
}

/** Returns whether an error says that a file has no such table, or is no database. */
function isForeign(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: unknown };
  return errcode === 1 || errcode === 26;
}
