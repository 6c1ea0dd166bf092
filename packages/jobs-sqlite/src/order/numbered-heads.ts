import type { LimitedName } from '../limits/limited-name.ts';
import type { Line } from '../limits/line.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { Head, Heads } from './ordered-claim.ts';

/** Finds the first jobs of an order in which the numbers of jobs do not change. */
export class NumberedHeads implements Heads {
  readonly #change: QueueChange;

  constructor(change: QueueChange) {
    this.#change = change;
  }

  /** Returns the first job that no limits keep apart. */
  plain(): Head | undefined {
    const { file, queue } = this.#change;
    const sql = `SELECT * FROM philjs_jobs_jobs WHERE queue = ? AND limited = 0 AND status = 'waiting' AND number IS NOT NULL
      ORDER BY class, number, turn LIMIT 1`;
    return headOf(file.get(sql, queue));
  }

  /** Returns the first job of a line. */
  ofLine({ name }: LimitedName, { rateKey, concurrencyKey }: Line): Head | undefined {
    const { file, queue } = this.#change;
    const sql = `SELECT * FROM philjs_jobs_jobs WHERE limited = 1 AND status = 'waiting' AND number IS NOT NULL AND queue = ? AND name = ?
      AND rate_key IS ? AND concurrency_key IS ? ORDER BY class, number, turn LIMIT 1`;
    return headOf(file.get(sql, queue, name, rateKey || null, concurrencyKey || null));
  }

  /** Keeps a job apart. */
  limit(job: Head): void {
    this.#change.file.run(
      'UPDATE philjs_jobs_jobs SET limited = 1 WHERE key = ?',
      job['key'] ?? null,
    );
  }

  /** Charges nothing. */
  start(): null {
    return null;
  }
}

function headOf(row: ReturnType<QueueChange['file']['get']>): Head | undefined {
  return row && ({ ...row, rank: Number(row['class']), arrival: row['turn'] } as Head);
}
