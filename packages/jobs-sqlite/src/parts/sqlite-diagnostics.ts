import { stat } from 'node:fs/promises';
import type { Diagnosis, Diagnostics } from '@philjs/jobs-core';
import { VERSION } from '../database/migrate.ts';
import { MIGRATIONS } from '../database/schema.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** The size of the write-ahead log above which a reader may be blocking it. */
const LARGE_WAL_BYTES = 256 * 1024 * 1024;

/** Examines the file: its version, its journal, its size. */
export class SqliteDiagnostics implements Diagnostics {
  readonly #open: () => SqliteQueueStore;
  readonly #path: string;

  constructor(open: () => SqliteQueueStore, path: string) {
    this.#open = open;
    this.#path = path;
  }

  /** Runs all checks. */
  async examine(): Promise<Diagnosis[]> {
    const { file } = this.#open();
    const read = (sql: string): unknown => Object.values(file.get(sql) ?? {})[0];
    const journal = String(read('PRAGMA journal_mode'));
    const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
      Number(read(`PRAGMA ${name}`)),
    ) as [number, number, number];
    const wal = await stat(`${this.#path}-wal`).then(
      (found) => found.size,
      () => 0,
    );
    return [
      { check: 'SQLite', ok: true, found: String(read('SELECT sqlite_version()')) },
      {
        check: 'tables',
        ok: Number(read(VERSION)) === MIGRATIONS.length,
        found: `version ${read(VERSION)}`,
      },
      {
        check: 'journal',
        ok: journal === 'wal',
        found: journal,
        ...(journal !== 'wal' && {
          fix: 'Keep the file on a local disk: network file systems cannot share the log of changes.',
        }),
      },
      {
        check: 'size',
        ok: true,
        found: `${megabytes(pages * size)}, of which ${megabytes(free * size)} are free for new jobs`,
      },
      {
        check: 'log of changes',
        ok: wal <= LARGE_WAL_BYTES,
        found: megabytes(wal),
        ...(wal > LARGE_WAL_BYTES && {
          fix: 'Look for a process that keeps a transaction open: it holds the log back.',
        }),
      },
    ];
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
