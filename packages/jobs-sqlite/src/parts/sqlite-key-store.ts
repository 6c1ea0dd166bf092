import type { KeyStore } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { SqliteQueueStore } from '../state/queue-store.ts';

const HELD = 'queue = ? AND key = ? AND (free_at IS NULL OR free_at > ?)';

/** Looks at the deduplication keys of a queue. */
export class SqliteKeyStore implements KeyStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Finds the job that holds a key. */
  async find({ key }: Parameters<KeyStore['find']>[0]): Promise<string | undefined> {
    const { file, queue, clock } = this.#open();
    const sql = `SELECT job FROM philjs_jobs_keys WHERE ${HELD}`;
    const row = await file.read(() => file.get(sql, queue, toText(key), clock.now()));
    return row && fromText(String(row['job']));
  }

  /** Frees a key; returns whether a job held it. */
  async free({ key }: Parameters<KeyStore['free']>[0]): Promise<boolean> {
    const { file, queue, clock } = this.#open();
    const sql = `DELETE FROM philjs_jobs_keys WHERE ${HELD} RETURNING job`;
    return file.atomically(() => file.get(sql, queue, toText(key), clock.now()) !== undefined);
  }
}
