import type { RateLimiter, TakeParams } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** Reserves starts under rate limits. A key remembers its last `max` slots until its last window is over. */
export class SqliteRateLimiter implements RateLimiter {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Reserves the next slot, `max(now, slot(n − max) + per)`, and returns how far off it is, in milliseconds. */
  async take({ key, max, per, now }: TakeParams): Promise<{ waitMs: number }> {
    const { file, queue } = this.#open();
    return file.atomically(() => {
      const over = 'SELECT key FROM philjs_jobs_windows WHERE queue = ? AND idle_at <= ?';
      for (const { key: idle = null } of file.all(over, queue, now)) {
        file.run('DELETE FROM philjs_jobs_slots WHERE queue = ? AND key = ?', queue, idle);
        file.run('DELETE FROM philjs_jobs_windows WHERE queue = ? AND key = ?', queue, idle);
      }
      const stored = toText(key);
      const latest = file.get(
        'SELECT max(slot) AS slot FROM philjs_jobs_slots WHERE queue = ? AND key = ?',
        queue,
        stored,
      );
      const slot = Number(latest?.['slot'] ?? 0) + 1;
      const earlier = file.get(
        'SELECT at FROM philjs_jobs_slots WHERE queue = ? AND key = ? AND slot = ?',
        queue,
        stored,
        slot - max,
      );
      const at = earlier === undefined ? now : Math.max(now, Number(earlier['at']) + per);
      file.run('INSERT INTO philjs_jobs_slots VALUES (?, ?, ?, ?)', queue, stored, slot, at);
      const forget = 'DELETE FROM philjs_jobs_slots WHERE queue = ? AND key = ? AND slot <= ?';
      file.run(forget, queue, stored, slot - max);
      file.run(
        `INSERT INTO philjs_jobs_windows VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET idle_at = max(idle_at, excluded.idle_at)`,
        queue,
        stored,
        at + per,
      );
      return { waitMs: at - now };
    });
  }
}
