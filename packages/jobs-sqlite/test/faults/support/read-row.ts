import { DatabaseSync } from 'node:sqlite';

/** Reads one row of a file over a connection of its own. */
export function readRow(path: string, sql: string): Record<string, unknown> {
  const database = new DatabaseSync(path);
  try {
    return { ...database.prepare(sql).get() };
  } finally {
    database.close();
  }
}
