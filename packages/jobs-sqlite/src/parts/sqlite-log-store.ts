import type { LogLine } from '@philjs/jobs-core';
import { KEPT_LOG_LINES, type LogStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** Keeps the latest 1,000 lines of each job; a trigger removes them with it. */
export class SqliteLogStore implements LogStore {
  readonly #open: () => SqliteQueueStore;

  constructor(open: () => SqliteQueueStore) {
    this.#open = open;
  }

  /** Appends lines, dropping the oldest beyond 1,000. */
  async append({ id, lines }: Parameters<LogStore['append']>[0]): Promise<void> {
    const { file } = this.#open();
    await file.atomically(() => {
      const job = this.#keyOf(id);
      if (job === undefined) return;
      const sql = 'INSERT INTO philjs_jobs_logs (job, text) VALUES (?, ?)';
      for (const { at, attempt, message } of lines) {
        file.run(sql, job, JSON.stringify({ at, attempt, message }));
      }
      file.run(
        `DELETE FROM philjs_jobs_logs WHERE job = ?1 AND line <=
          (SELECT line FROM philjs_jobs_logs WHERE job = ?1 ORDER BY line DESC LIMIT 1 OFFSET ${KEPT_LOG_LINES})`,
        job,
      );
    });
  }

  /** Reads lines; `total` and `offset` count those that are kept. */
  async read(
    params: Parameters<LogStore['read']>[0],
  ): Promise<{ lines: LogLine[]; total: number }> {
    const { id, offset = 0, limit = KEPT_LOG_LINES } = params;
    const { file } = this.#open();
    const job = this.#keyOf(id);
    if (job === undefined) return { lines: [], total: 0 };
    const sql =
      'SELECT text FROM philjs_jobs_logs WHERE job = ? ORDER BY line LIMIT ? + 0 OFFSET ? + 0';
    const rows = file.all(sql, job, limit, offset);
    const total = file.get('SELECT count(*) AS lines FROM philjs_jobs_logs WHERE job = ?', job);
    const lines = rows.map(({ text }) => JSON.parse(String(text)) as LogLine);
    return { lines, total: Number(total?.['lines']) };
  }

  #keyOf(id: string): number | undefined {
    const { file, queue } = this.#open();
    const row = file.get(
      'SELECT key FROM philjs_jobs_jobs WHERE queue = ? AND id = ?',
      queue,
      toText(id),
    );
    return row?.['key'] as number | undefined;
  }
}
