import type { SqliteContender } from './sqlite-contender.ts';

/** Names the contenders that keep jobs in a file. */
export type SqliteContenderName = 'philjs' | 'plainjob' | 'philjs, synced' | 'synced writes';

/** Loads one contender, and no code of the others. */
export async function loadContender(name: SqliteContenderName): Promise<SqliteContender> {
  switch (name) {
    case 'philjs':
      return (await import('./jobs-sqlite.ts')).jobsSqlite;
    case 'philjs, synced': {
      const { jobsSqlite } = await import('./jobs-sqlite.ts');
      return (setup) => jobsSqlite(setup, 'full');
    }
    case 'plainjob':
      return (await import('./plainjob.ts')).plainjob;
    case 'synced writes':
      return (await import('./synced-writes.ts')).syncedWrites;
  }
}
