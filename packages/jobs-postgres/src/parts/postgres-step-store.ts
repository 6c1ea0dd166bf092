import type { SignalResult, StepEntry, StepStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Keeps what steps leave, a row each; a trigger removes them with their job. */
export class PostgresStepStore implements StepStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Reads the entries of a job. */
  async read({ id }: Parameters<StepStore['read']>[0]): Promise<StepEntry[]> {
    const sql = 'SELECT key, text FROM @.steps WHERE queue = $1 AND job = $2';
    const rows = await this.#open().query(sql, [toText(id)]);
    return rows.map(({ key, text }) => ({ key: String(key), text: String(text) }));
  }

  /** Stores an entry if the lease is held. */
  async write({ lease, key, text }: Parameters<StepStore['write']>[0]): Promise<boolean> {
    const values = [toText(lease.id), lease.fencingToken, key, text];
    return (await this.#open().value('write_step', values)) === true;
  }

  /** Stores an entry from outside; makes a job ready that waits for one. */
  async signal({ id, key, text }: Parameters<StepStore['signal']>[0]): Promise<SignalResult> {
    return (await this.#open().value('signal_job', [toText(id), key, text])) as SignalResult;
  }

  /** Removes the entries of a job that has ended. */
  async clear({ id }: Parameters<StepStore['clear']>[0]): Promise<boolean> {
    return (await this.#open().value('clear_steps', [toText(id)])) === true;
  }
}
