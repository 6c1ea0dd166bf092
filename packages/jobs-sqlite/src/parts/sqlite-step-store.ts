import type { JobStatus } from '@philjs/jobs-core';
import type { SignalResult, StepEntry, StepStore } from '@philjs/jobs-core/backend';
import { ENDED_STATUSES, toText } from '@philjs/jobs-core/internal';
import { promoteJobs } from '../jobs/change-jobs.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

const FIND = 'SELECT key, status, snooze_reason FROM philjs_jobs_jobs WHERE queue = ? AND id = ?';

/** Keeps what steps leave, a row each; a trigger removes them with their job. */
export class SqliteStepStore implements StepStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Reads the entries of a job. */
  async read({ id }: Parameters<StepStore['read']>[0]): Promise<StepEntry[]> {
    const { file, queue } = this.#open();
    const sql = `SELECT key, text FROM philjs_jobs_steps WHERE job =
      (SELECT key FROM philjs_jobs_jobs WHERE queue = ? AND id = ?)`;
    const rows = await file.read(() => file.all(sql, queue, toText(id)));
    return rows.map(({ key, text }) => ({ key: String(key), text: String(text) }));
  }

  /** Stores an entry if the lease is held. */
  async write({ lease, key, text }: Parameters<StepStore['write']>[0]): Promise<boolean> {
    const { file, queue } = this.#open();
    const sql = `INSERT INTO philjs_jobs_steps (job, key, text) SELECT key, ?, ? FROM philjs_jobs_jobs
      WHERE queue = ? AND id = ? AND status = 'active' AND fencing_token = ?
      ON CONFLICT DO UPDATE SET text = excluded.text RETURNING job`;
    const values = [key, text, queue, toText(lease.id), lease.fencingToken] as const;
    return file.atomically(() => file.get(sql, ...values) !== undefined);
  }

  /** Stores an entry from outside; makes a job ready that waits for one. */
  async signal({ id, key, text }: Parameters<StepStore['signal']>[0]): Promise<SignalResult> {
    return this.#open().change((change) => {
      const job = find(change, id);
      if (job === undefined) return 'not-found';
      if (job.hasEnded) return 'ended';
      const sql = `INSERT INTO philjs_jobs_steps (job, key, text) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET text = excluded.text`;
      change.file.run(sql, job.key, key, text);
      if (job.waits) promoteJobs(change, [id]);
      return 'stored';
    });
  }

  /** Removes the entries of a job that has ended. */
  async clear({ id }: Parameters<StepStore['clear']>[0]): Promise<boolean> {
    return this.#open().change((change) => {
      const job = find(change, id);
      if (!job?.hasEnded) return false;
      change.file.run('DELETE FROM philjs_jobs_steps WHERE job = ?', job.key);
      return true;
    });
  }
}

/** Finds a job, and says whether it has ended and whether it waits for a signal. */
function find(
  { file, queue }: QueueChange,
  id: string,
): { readonly key: number; readonly hasEnded: boolean; readonly waits: boolean } | undefined {
  const row = file.get(FIND, queue, toText(id));
  return (
    row && {
      key: Number(row['key']),
      hasEnded: ENDED_STATUSES.includes(row['status'] as JobStatus),
      waits: row['snooze_reason'] === 'signal',
    }
  );
}
