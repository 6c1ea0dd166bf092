import type { Row } from '../database/sqlite-file.ts';
import type { LimitedName } from '../limits/limited-name.ts';
import type { Line } from '../limits/line.ts';
import type { QueueChange } from '../state/queue-change.ts';
import {
  chargeShare,
  chargeText,
  costOf,
  dropShare,
  keyOf,
  leaveShare,
  readShare,
  renumberShare,
  setVirtualTime,
  virtualTime,
} from './fair-shares.ts';
import { isBefore, type SharePlace } from './fair-turns.ts';
import type { Head, Heads } from './ordered-claim.ts';
import { endGroup, readGroup } from './share-groups.ts';
import { removeShareJob, type ShareName } from './share-jobs.ts';

const LINE = 'queue = ? AND name = ? AND rate_key = ? AND concurrency_key = ?';

/** Finds the first jobs of a fair order. In a line of limits the jobs of each share are in a line of their own. */
export class FairHeads implements Heads {
  readonly #change: QueueChange;
  /** Whether shares may be in groups: where names have limits, none join one. */
  #hasGroups = true;

  constructor(change: QueueChange) {
    this.#change = change;
  }

  /** Returns the first job that no limits keep apart. */
  plain(): Head | undefined {
    const { file, queue } = this.#change;
    const sql = `SELECT class, key, head_number, since, head, head_turn FROM philjs_jobs_shares WHERE queue = ? AND head_number IS NOT NULL
      ORDER BY class, head_number, since LIMIT 1`;
    for (;;) {
      const row = file.get(sql, queue);
      if (this.#endFirstGroup(row)) continue;
      if (row === undefined) return undefined;
      const share = nameOf(row);
      const job = file.get('SELECT * FROM philjs_jobs_jobs WHERE key = ?', row['head'] ?? null);
      if (job !== undefined) {
        return {
          ...job,
          rank: share.cls,
          number: Number(row['head_number']),
          turn: Number(row['since']),
          arrival: Number(job['turn']),
        };
      }
      removeShareJob(this.#change, share, row['head_turn'] ?? null);
      leaveShare(this.#change, share);
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
    removeShareJob(this.#change, share, job.arrival);
    renumberShare(this.#change, share);
  }

  /** Charges the start of a job, which waits no more, to its share. */
  start(job: Head): string | null {
    const change = this.#change;
    const share = readShare(change, shareOf(job));
    if (share === undefined) return null;
    if (job['limited'] === 0) removeShareJob(change, share, job.arrival);
    const time = Math.max(virtualTime(change, share.cls), share.base + costOf(job));
    setVirtualTime(change, share.cls, time);
    const at = change.nextTurn();
    chargeShare(change, { ...share, base: time, since: at });
    const { base, since } = share;
    return chargeText({ base, since, at, revision: change.orderRevision });
  }

  /** Takes all shares out of the first group if one of them may come before a share; returns whether it did. */
  #endFirstGroup(row: Row | undefined): boolean {
    if (!this.#hasGroups) return false;
    const group = readGroup(this.#change, 0);
    this.#hasGroups = group !== undefined;
    if (group === undefined) return false;
    const place = [group.cls, group.base + 1, group.sinceOf(group.started)] as const;
    if (row !== undefined && isBefore(toPlace(row), place)) return false;
    endGroup(this.#change, group);
    return true;
  }

  #headOf({ name }: LimitedName, { rateKey, concurrencyKey }: Line): Head | 'again' | undefined {
    const { file, queue } = this.#change;
    const line = [queue, name, rateKey, concurrencyKey] as const;
    const sql = `SELECT class, key, number, since FROM philjs_jobs_share_lines WHERE ${LINE} ORDER BY class, number, since LIMIT 1`;
    const row = file.get(sql, ...line);
    if (row === undefined) return undefined;
    const of = nameOf(row);
    const share = readShare(this.#change, of);
    const job = share && this.#firstJob(of, name, rateKey, concurrencyKey);
    if (share === undefined || job === undefined) {
      const gone = `DELETE FROM philjs_jobs_share_lines WHERE ${LINE} AND class = ? AND key = ?`;
      file.run(gone, ...line, of.cls, of.key);
      if (share === undefined) dropShare(this.#change, of);
      else leaveShare(this.#change, of);
      return 'again';
    }
    const number = share.base + costOf(job);
    if (row['number'] !== number || row['since'] !== share.since) {
      const place = `UPDATE philjs_jobs_share_lines SET number = ?, since = ? WHERE ${LINE} AND class = ? AND key = ?`;
      file.run(place, number, share.since, ...line, of.cls, of.key);
      return 'again';
    }
    return { ...job, rank: of.cls, number, turn: share.since, arrival: Number(job['turn']) };
  }

  #firstJob(of: ShareName, name: string, rateKey: string, key: string): Row | undefined {
    const { file, queue } = this.#change;
    const sql = `SELECT * FROM philjs_jobs_jobs WHERE limited = 1 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL
      AND queue = ? AND class = ? AND fair_key IS ? AND name = ? AND rate_key IS ? AND concurrency_key IS ?
      ORDER BY turn LIMIT 1`;
    return file.get(sql, queue, of.cls, keyOf(of), name, rateKey || null, key || null);
  }
}

function toPlace(row: Row): SharePlace {
  return [Number(row['class']), Number(row['head_number']), Number(row['since'])];
}

function nameOf(row: Row): ShareName {
  return { cls: Number(row['class']), key: String(row['key']) };
}

function shareOf(job: Head): ShareName {
  return { cls: Number(job['class']), key: String(job['fair_key'] ?? '') };
}
