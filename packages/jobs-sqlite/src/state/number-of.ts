import type { SqliteFile } from '../database/sqlite-file.ts';

/** Finds the number of a queue in a file by its name, as stored; makes the queue if there is none. */
export function numberOf(file: SqliteFile, name: string): number {
  file.run('INSERT INTO queues (name) VALUES (?) ON CONFLICT DO NOTHING', name);
  return Number(file.get('SELECT queue FROM queues WHERE name = ?', name)?.['queue']);
}
