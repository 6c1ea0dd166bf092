import type { LogLine } from '@philjs/jobs-core';
import { KEPT_LOG_LINES, type LogStore } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { PostgresStore } from '../store/postgres-store.ts';

/** Keeps the latest 1,000 lines of each job; they are removed with it. */
export class PostgresLogStore implements LogStore {
  readonly #open: () => PostgresStore;

  constructor(open: () => PostgresStore) {
    this.#open = open;
  }

  /** Appends lines, dropping the oldest beyond 1,000. */
  async append({ id, lines }: Parameters<LogStore['append']>[0]): Promise<void> {
    const texts = lines.map(({ at, attempt, message }) => JSON.stringify({ at, attempt, message }));
    await this.#open().value('append_logs', [toText(id), texts]);
  }

  /** Reads lines; `total` and `offset` count those that are kept. */
  async read(
    params: Parameters<LogStore['read']>[0],
  ): Promise<{ lines: LogLine[]; total: number }> {
    const { id, offset = 0, limit = KEPT_LOG_LINES } = params;
    const store = this.#open();
    const where = 'WHERE queue = $1 AND job = $2';
    const [rows, [count]] = await Promise.all([
      store.query(`SELECT text FROM @.logs ${where} ORDER BY line LIMIT $3 OFFSET $4`, [
        toText(id),
        limit,
        offset,
      ]),
      store.query(`SELECT count(*)::float8 AS lines FROM @.logs ${where}`, [toText(id)]),
    ]);
    const lines = rows.map(({ text }) => JSON.parse(String(text)) as LogLine);
    return { lines, total: Number(count?.['lines']) };
  }
}
