import { stat } from 'node:fs/promises';
import type { Diagnosis, Diagnostics, Unplaced } from '@philjs/jobs-core/backend';
import { diagnose } from '@philjs/jobs-core/internal';
import { VERSION } from '../database/migrate.ts';
import { STEPS } from '../database/schema.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { findUnplaced } from '../workflow/find-unplaced.ts';

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
      diagnose('SQLite', true, String(read('SELECT sqlite_version()'))),
      diagnose('tables', Number(read(VERSION)) === STEPS.length, `version ${read(VERSION)}`),
      diagnose(
        'journal',
        journal === 'wal',
        journal,
        'Keep the file on a local disk: network file systems cannot share the log of changes.',
      ),
      diagnose(
        'size',
        true,
        `${megabytes(pages * size)}, of which ${megabytes(free * size)} are free for new jobs`,
      ),
      diagnose(
        'log of changes',
        wal <= LARGE_WAL_BYTES,
        megabytes(wal),
        'Look for a process that keeps a transaction open: it holds the log back.',
      ),
    ];
  }

  /** Looks at some blocked jobs, and mends those that wait for what is not there. */
  findUnplaced(params: { readonly cursor?: string }): Promise<Unplaced> {
    return findUnplaced(this.#open(), params);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
