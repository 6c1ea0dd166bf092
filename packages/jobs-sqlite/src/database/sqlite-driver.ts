/** Runs one statement; the values replace its parameters in their order. */
export interface SqliteStatement {
  /** Reads all rows. */
  all(...values: readonly unknown[]): readonly unknown[];
  /** Reads the first row; `undefined` when there is none. */
  get(...values: readonly unknown[]): unknown;
  /** Writes; returns how many rows changed, and the number of the row that was added last. */
  run(...values: readonly unknown[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
}

/** An open database, in which every call returns once it is done. */
export interface SqliteDatabase {
  /** Runs statements without values. */
  exec(sql: string): unknown;
  /** Prepares one statement. */
  prepare(sql: string): SqliteStatement;
  /** Closes it. */
  close(): unknown;
}

/** A class that opens a file: `DatabaseSync` of `node:sqlite`, or `Database` of libsql or better-sqlite3. */
export type SqliteDriver = new (path: string) => SqliteDatabase;

/** Returns the class that opens a file in `node:sqlite`; `undefined` before Node 22.13. */
export function nodeSqlite(): SqliteDriver | undefined {
  // Not imported: then this package could not be loaded on a Node that has no such module.
  return process.getBuiltinModule?.('node:sqlite')?.DatabaseSync;
}

/** Returns the path of a database's file; an empty text for one in memory. */
export function pathOf(database: SqliteDatabase): string {
  const sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
  const row = withFastRows(prepare(database, sql)).get() as { readonly file?: unknown };
  return String(row.file ?? '');
}

/** Returns the first of some tables that a temporary table or view of a database has the name of. */
export function shadowedOf(
  database: SqliteDatabase,
  tables: ReadonlySet<string>,
): string | undefined {
  // SQLite looks among temporary tables first.
  const sql = 'SELECT name FROM sqlite_temp_master';
  const rows = withFastRows(prepare(database, sql)).all() as readonly { readonly name: string }[];
  return rows.map(({ name }) => name.toLowerCase()).find((name) => tables.has(name));
}

/** Returns whether a transaction is in progress; `undefined` where the class does not tell, as before Node 22.16. */
export function isInTransaction(database: SqliteDatabase): boolean | undefined {
  const { isTransaction, inTransaction } = database as {
    readonly isTransaction?: boolean;
    readonly inTransaction?: boolean;
  };
  return isTransaction ?? inTransaction;
}

/**
 * Prepares a statement. Statements name the parameters that occur more than once by their numbers (`?1`); of these,
 * `node:sqlite` takes the values in their order, but by name before Node 22.20 and 24.7; the other classes take an object.
 */
export function prepare(database: SqliteDatabase, sql: string): SqliteStatement {
  // SQLite plans by the value of such a parameter, so it would parse and plan again at each call, which costs more than the call.
  if (/\b(LIMIT|OFFSET) \?\d*(?!\d| \+ 0)/.test(sql))
    throw new TypeError(`Write \`LIMIT ? + 0\`, and \`OFFSET ? + 0\`: ${sql}`);
  const statement = database.prepare(sql);
  readNumbers(statement);
  if (!/\?\d/.test(sql)) return statement;
  // libsql ends the process on a parameter without a name beside others that have one.
  if (/\?(?!\d)/.test(sql))
    throw new TypeError(`Either all parameters have numbers or none: ${sql}`);
  if ('inTransaction' in database) return byName(statement, '');
  return takesNumbersInOrder(database) ? statement : byName(statement, '?');
}

/** Holds what each class was found to do. */
const numbersInOrder = new WeakMap<object, boolean>();

function takesNumbersInOrder(database: SqliteDatabase): boolean {
  const driver = database.constructor;
  const known = numbersInOrder.get(driver);
  if (known !== undefined) return known;
  const found = takesOneInOrder(database);
  numbersInOrder.set(driver, found);
  return found;
}

function takesOneInOrder(database: SqliteDatabase): boolean {
  try {
    return database.prepare('SELECT ?1').get(1) !== undefined;
  } catch {
    return false;
  }
}

/** Makes a statement read integers as numbers, also on a connection of the user that reads them as `bigint`. */
function readNumbers(statement: SqliteStatement): void {
  const { setReadBigInts, safeIntegers } = statement as {
    readonly setReadBigInts?: (enabled: boolean) => void;
    readonly safeIntegers?: (enabled: boolean) => void;
  };
  setReadBigInts?.call(statement, false);
  safeIntegers?.call(statement, false);
}

/** A statement of `node:sqlite` that can return rows as lists of values, from Node 22.16 on. */
interface ListingStatement extends SqliteStatement {
  setReturnArrays(enabled: boolean): void;
  columns(): readonly { readonly name: string }[];
}

/**
 * Makes a statement read rows as lists where it can, and turns them into objects here: `node:sqlite` makes the name of every
 * column again at each call, and objects whose properties are slow to read.
 */
export function withFastRows(statement: SqliteStatement): SqliteStatement {
  if (!('setReturnArrays' in statement && 'columns' in statement)) return statement;
  const listing = statement as ListingStatement;
  listing.setReturnArrays(true);
  let blank: Record<string, unknown> = {};
  let names: readonly string[] = [];
  const toRow = (values: readonly unknown[]): object => {
    // The tables may have changed, and with them what `*` stands for.
    if (names.length !== values.length) {
      names = listing.columns().map(({ name }) => name);
      blank = Object.fromEntries(names.map((name) => [name, null]));
    }
    // A third of the time of `{ ...blank }`, which is slow where many statements have run: V8 knows a few kinds of rows in one place.
    const row = Object.assign({}, blank);
    for (let index = 0; index < names.length; index++) {
      const value = values[index];
      if (value !== null) row[names[index] as string] = value;
    }
    return row;
  };
  return {
    all: (...values) => (listing.all(...values) as unknown[][]).map(toRow),
    get: (...values) => {
      const list = listing.get(...values) as unknown[] | undefined;
      return list && toRow(list);
    },
    run: (...values) => listing.run(...values),
  };
}

function byName(statement: SqliteStatement, prefix: '' | '?'): SqliteStatement {
  const named = (values: readonly unknown[]): object =>
    Object.fromEntries(values.map((value, index) => [`${prefix}${index + 1}`, value]));
  return {
    all: (...values) => statement.all(named(values)),
    get: (...values) => statement.get(named(values)),
    run: (...values) => statement.run(named(values)),
  };
}
