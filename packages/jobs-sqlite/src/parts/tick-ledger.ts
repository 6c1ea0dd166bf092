import type { JsonObject } from '@philjs/jobs-core';
import type { TickEntry } from '@philjs/jobs-core/backend';
import { KEPT_TICKS } from '@philjs/jobs-core/backend';
import { fromText, toText } from '@philjs/jobs-core/internal';
import type { SqliteFile } from '../database/sqlite-file.ts';

/** How many schedules that do not exist may have entries. */
const MAX_STRAYS = 1_000;

/** Holds the entries to write, and how. */
export interface RecordTicks {
  readonly entries: readonly TickEntry[];
  readonly keep?: number | undefined;
  readonly known?: boolean | undefined;
}

/** Writes entries, replacing those of the same schedule and tick; drops the entries written first beyond the limit. */
export function recordTicks(
  file: SqliteFile,
  queue: number,
  { entries, keep = KEPT_TICKS, known = false }: RecordTicks,
): void {
  const sql = known
    ? 'UPDATE philjs_jobs_ticks SET detail = ?4 WHERE queue = ?1 AND schedule = ?2 AND tick_at = ?3'
    : `INSERT INTO philjs_jobs_ticks (queue, schedule, tick_at, detail) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET detail = excluded.detail`;
  for (const { scheduleId, tickAt, detail } of entries) {
    file.run(sql, queue, toText(scheduleId), tickAt, JSON.stringify(detail));
  }
  if (known) return;
  for (const id of new Set(entries.map(({ scheduleId }) => toText(scheduleId)))) {
    file.run(
      `DELETE FROM philjs_jobs_ticks WHERE entry IN (SELECT entry FROM philjs_jobs_ticks WHERE queue = ? AND schedule = ?
        ORDER BY entry DESC LIMIT -1 OFFSET ? + 0)`,
      queue,
      id,
      keep,
    );
    const exists = file.get(
      'SELECT 1 FROM philjs_jobs_schedules WHERE queue = ? AND id = ?',
      queue,
      id,
    );
    if (exists === undefined) boundStrays(file, queue);
  }
}

/** Reads entries, latest tick first, of one schedule or of all. */
export function readTicks(
  file: SqliteFile,
  queue: number,
  limit: number,
  id: string | undefined,
): TickEntry[] {
  const order = 'ORDER BY tick_at DESC, entry DESC LIMIT ? + 0';
  const rows =
    id === undefined
      ? file.all(`SELECT * FROM philjs_jobs_ticks WHERE queue = ? ${order}`, queue, limit)
      : file.all(
          `SELECT * FROM philjs_jobs_ticks WHERE queue = ? AND schedule = ? ${order}`,
          queue,
          toText(id),
          limit,
        );
  return rows.map((row) => ({
    scheduleId: fromText(String(row['schedule'])),
    tickAt: Number(row['tick_at']),
    detail: JSON.parse(String(row['detail'])) as JsonObject,
  }));
}

/** Deletes the entries of schedules that do not exist (not yet, or no longer), except the latest {@link MAX_STRAYS}. */
function boundStrays(file: SqliteFile, queue: number): void {
  file.run(
    `DELETE FROM philjs_jobs_ticks WHERE queue = ?1 AND schedule IN (SELECT schedule FROM philjs_jobs_ticks t
      WHERE t.queue = ?1 AND NOT EXISTS
        (SELECT 1 FROM philjs_jobs_schedules s WHERE s.queue = ?1 AND s.id = t.schedule)
      GROUP BY schedule ORDER BY max(entry) DESC LIMIT -1 OFFSET ${MAX_STRAYS})`,
    queue,
  );
}
