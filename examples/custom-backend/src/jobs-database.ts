import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { JobRecord } from '@philjs/jobs-core';
import { SCHEMA } from './schema.ts';

/** Describes a row of the table `jobs`. */
export type Row = Readonly<Record<string, string | number | null>>;
interface Prepared {
  readonly statement: StatementSync;
  readonly names: readonly string[];
}
type Params = Readonly<Record<string, unknown>>;

const JSON_COLUMNS = new Set([
  'payload',
  'metadata',
  'tags',
  'progress',
  'result',
  'error',
  'failures',
  'cancelRequested',
]);
/** The id columns, also stored as JSON: ids may be any string, but SQLite's text cannot hold half a surrogate pair. */
const ID_COLUMNS = new Set(['id', 'parentId']);
const OWN_COLUMNS = new Set([
  'queue',
  'rank',
  'turn',
  'leaseUntil',
  'keepCompleted',
  'keepFailed',
  'keepCancelled',
]);

/** Runs SQL for one queue: `$queue` in a statement is its name, and objects are stored as JSON. */
export class JobsDatabase {
  readonly #database: DatabaseSync;
  readonly #queue: string;
  readonly #prepared = new Map<string, Prepared>();

  constructor(file: string, queue: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec(SCHEMA);
    this.#queue = queue;
  }

  close(): void {
    this.#database.close();
  }

  /** Runs a change as a whole or not at all, while no other process can write. */
  atomically<T>(change: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Reads rows. */
  all(sql: string, params: Params = {}): Row[] {
    const { statement, names } = this.#prepare(sql);
    const rows = statement.all(this.#bind(names, params)) as Row[];
    return rows.map(withIds);
  }

  /** Writes; returns how many rows changed. */
  run(sql: string, params: Params = {}): number {
    const { statement, names } = this.#prepare(sql);
    return Number(statement.run(this.#bind(names, params)).changes);
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const names = [...new Set(sql.match(/(?<=\$)\w+/g))];
    const prepared = { statement: this.#database.prepare(sql), names };
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  #bind(names: readonly string[], params: Params): Record<string, SQLInputValue> {
    const values: Record<string, SQLInputValue> = {};
    for (const name of names) {
      values[name] = name === 'queue' ? this.#queue : toSql(name, params[name]);
    }
    return values;
  }
}

function withIds(row: Row): Row {
  const decoded = { ...row };
  for (const name of ID_COLUMNS) {
    const text = row[name];
    if (typeof text === 'string') decoded[name] = JSON.parse(text) as string;
  }
  return decoded;
}

/** Converts a row to a job's record. */
export function toRecord(row: Row): JobRecord {
  const fields = Object.entries(row)
    .filter(([name, value]) => value !== null && !OWN_COLUMNS.has(name))
    .map(([name, value]) => [name, JSON_COLUMNS.has(name) ? JSON.parse(String(value)) : value]);
  return { payload: undefined, ...Object.fromEntries(fields) };
}

function toSql(name: string, value: unknown): SQLInputValue {
  if (value === undefined) return null;
  const isJson =
    JSON_COLUMNS.has(name) || ID_COLUMNS.has(name) || (typeof value === 'object' && value !== null);
  return isJson ? JSON.stringify(value) : (value as SQLInputValue);
}
