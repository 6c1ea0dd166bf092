import type { Row } from '../database/sqlite-file.ts';
import type { LimitedName } from '../limits/limited-name.ts';
import type { Line } from '../limits/line.ts';
import { RECORD_COLUMNS } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import {
  advanceTime,
  chargeShare,
  chargeText,
  costOf,
  dropShare,
  keyOf,
  leaveShare,
  readShare,
  renumberShare,
  type ShareName,
} from './fair-shares.ts';
import type { Head, Heads } from './ordered-claim.ts';

const LINE = 'queue = ? AND name = ? AND rate_key = ? AND concurrency_key = ?';

const FIRST_SHARE = `SELECT share_class, share_key, base, since, head_number, head_turn, limited, ${RECORD_COLUMNS}
  FROM (SELECT class AS share_class, key AS share_key, base, since, head_number, head, head_turn FROM philjs_jobs_shares
    WHERE queue = ? AND head_number IS NOT NULL ORDER BY class, head_number, since LIMIT 1)
  LEFT JOIN philjs_jobs_jobs ON key = head`;

/** Finds the first jobs of a fair order. In a line of limits the jobs of each share are in a line of their own. */
export class FairHeads implements Heads {
  readonly #change: QueueChange;

  constructor(change: QueueChange) {
    this.#change = change;
  }

  /** Returns the first job that no limits keep apart. */
  plain(): Head | undefined {
    const { file, queue } = this.#change;
    for (;;) {
      const row = file.get(FIRST_SHARE, queue);
      if (row === undefined) return undefined;
      const arrival = Number(row['head_turn']);
      const cls = Number(row['share_class']);
      if (row['key'] !== null) {
        const [number, turn] = [Number(row['head_number']), Number(row['since'])];
        return { ...row, class: cls, rank: cls, number, turn, arrival };
      }
      // Another program removed the job from the table.
      leaveShare(this.#change, { cls, key: String(row['share_key']) }, arrival);
    }
  }

  /** Returns the first job of a line. */
  ofLine(of: LimitedName, line: Line): Head | undefined {
    for (;;) {
      const head = this.#headOf(of, line);
      if (head !== 'again') return head;
    }
  }

  /** Keeps the first job of a share apart, in the line of that share and its keys. */
  limit(job: Head): void {
    const { file, queue } = this.#change;
    const share = shareOf(job);
    file.run('UPDATE philjs_jobs_jobs SET limited = 1 WHERE key = ?', job['key'] ?? null);
    file.run(
      `INSERT INTO philjs_jobs_share_lines AS share_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
        SET number = excluded.number, since = excluded.since
        WHERE (excluded.number, excluded.since) < (share_lines.number, share_lines.since)`,
      queue,
      share.cls,
      share.key,
      job['name'] ?? null,
      job['rate_key'] ?? '',
      job['concurrency_key'] ?? '',
      job.number,
      job.turn,
    );
    renumberShare(this.#change, share);
  }

  /** Charges the start of a job to its share, whose next job is behind it if no limits keep it apart. */
  start(job: Head): string {
    const change = this.#change;
    const share = shareOf(job);
    const time = advanceTime(change, share.cls, job.number);
    const at = change.nextTurn();
    const charged = { ...share, base: time, since: at };
    chargeShare(change, charged, job['limited'] === 0 ? job.arrival : undefined);
    const [base, since] = [Number(job['base']), Number(job['since'])];
    return chargeText({ base, since, at, revision: change.orderRevision });
  }

  #headOf({ name }: LimitedName, { rateKey, concurrencyKey }: Line): Head | 'again' | undefined {
    const { file, queue } = this.#change;
    const line = [queue, name, rateKey, concurrencyKey] as const;
    const sql = `SELECT class, key, number, since FROM philjs_jobs_share_lines WHERE ${LINE} ORDER BY class, number, since LIMIT 1`;
    const row = file.get(sql, ...line);
    if (row === undefined) return undefined;
    const of = { cls: Number(row['class']), key: String(row['key']) };
    const share = readShare(this.#change, of);
    const job = share && this.#firstJob(of, name, rateKey, concurrencyKey);
    if (share === undefined || job === undefined) {
      const gone = `DELETE FROM philjs_jobs_share_lines WHERE ${LINE} AND class = ? AND key = ?`;
      file.run(gone, ...line, of.cls, of.key);
      if (share === undefined) dropShare(this.#change, of);
      else leaveShare(this.#change, of);
      return 'again';
    }
    const { base, since } = share;
    const number = base + costOf(job);
    if (row['number'] !== number || row['since'] !== since) {
      const place = `UPDATE philjs_jobs_share_lines SET number = ?, since = ? WHERE ${LINE} AND class = ? AND key = ?`;
      file.run(place, number, since, ...line, of.cls, of.key);
      return 'again';
    }
    const arrival = Number(job['turn']);
    return { ...job, base, since, rank: of.cls, number, turn: since, arrival };
  }

  #firstJob(of: ShareName, name: string, rateKey: string, key: string): Row | undefined {
    const { file, queue } = this.#change;
    const sql = `SELECT * FROM philjs_jobs_jobs WHERE limited = 1 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL
      AND queue = ? AND class = ? AND fair_key IS ? AND name = ? AND rate_key IS ? AND concurrency_key IS ?
      ORDER BY turn LIMIT 1`;
    return file.get(sql, queue, of.cls, keyOf(of), name, rateKey || null, key || null);
  }
}

function shareOf(job: Head): ShareName {
  return { cls: job.rank, key: String(job['fair_key'] ?? '') };
}
