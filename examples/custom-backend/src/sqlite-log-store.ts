import type { LogLine, LogStore } from '@philjs/jobs-core';
import type { JobsDatabase } from './jobs-database.ts';

const LINES = 'FROM logs WHERE queue = $queue AND id = $id';

/** Keeps the latest 1,000 log lines of each job; a trigger removes them with the job. */
export class SqliteLogStore implements LogStore {
  readonly #open: () => JobsDatabase;

  constructor(open: () => JobsDatabase) {
    this.#open = open;
  }

  async append({ id, lines }: Parameters<LogStore['append']>[0]): Promise<void> {
    const db = this.#open();
    db.atomically(() => {
      const sql = `INSERT INTO logs (queue, id, text)
        SELECT queue, id, $text FROM jobs WHERE queue = $queue AND id = $id`;
      for (const line of lines) db.run(sql, { id, text: JSON.stringify(line) });
      db.run(
        `DELETE ${LINES} AND line <= (SELECT line ${LINES} ORDER BY line DESC LIMIT 1 OFFSET 1000)`,
        { id },
      );
    });
  }

  async read(params: Parameters<LogStore['read']>[0]): ReturnType<LogStore['read']> {
    const { id, offset = 0, limit = 1_000 } = params;
    const db = this.#open();
    const rows = db.all(`SELECT text ${LINES} ORDER BY line LIMIT $limit OFFSET $offset`, {
      id,
      limit,
      offset,
    });
    const [total] = db.all(`SELECT count(*) AS lines ${LINES}`, { id });
    const lines = rows.map(({ text }) => JSON.parse(String(text)) as LogLine);
    return { lines, total: Number(total?.['lines']) };
  }
}
