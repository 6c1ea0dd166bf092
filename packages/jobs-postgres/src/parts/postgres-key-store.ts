import type { KeyStore } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

const HELD = 'queue = $1 AND key = $2 AND (free_at IS NULL OR free_at > @.now_ms())';

/** Looks at the deduplication keys of a queue. */
export class PostgresKeyStore implements KeyStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Finds the job that holds a key. */
  async find({ key }: Parameters<KeyStore['find']>[0]): Promise<string | undefined> {
    const sql = `SELECT job FROM @.keys WHERE ${HELD}`;
    const [row] = await this.#open().query(sql, [toText(key)]);
    return row && fromText(String(row['job']));
  }

  /** Frees a key; returns whether a job held it. */
  async free({ key }: Parameters<KeyStore['free']>[0]): Promise<boolean> {
    const sql = `DELETE FROM @.keys WHERE ${HELD} RETURNING job`;
    return (await this.#open().query(sql, [toText(key)])).length > 0;
  }
}
