import type { JobRecord } from '@philjs/jobs-core';
import { letGo } from '../jobs/hold-keys.ts';
import { toRecord } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Selects the worker that gets jobs, and how many. */
export interface HandOutParams {
  readonly holder: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/** Hands out waiting jobs in the order of their positions (`turn`). */
export function handOut(change: QueueChange, params: HandOutParams): JobRecord[] {
  const { file, queue, now } = change;
  if (params.limit === 0 || change.paused) return [];
  const rows = file.all(
    `SELECT * FROM jobs WHERE queue = ? AND status = 'waiting' ORDER BY rank, turn LIMIT ?`,
    queue,
    params.limit,
  );
  for (const row of rows) {
    file.run(
      `UPDATE jobs SET status = 'active', rank = ?, turn = ?, ready_turn = turn, processed_at = ?,
        fencing_token = fencing_token + 1, lease_until = ?, holder = ? WHERE key = ?`,
      now,
      change.nextTurn(),
      now,
      now + params.leaseMs,
      params.holder,
      row['key'] ?? null,
    );
    letGo(change, 'started', row['id'], row['deduplication_key']);
  }
  if (rows.length > 0) change.moved('waiting', 'active', rows.length);
  return rows.map((row) => {
    const record = toRecord(row);
    const fencingToken = record.fencingToken + 1;
    const { id, name } = record;
    if (change.listening) change.tell({ type: 'active', jobId: id, name, at: now });
    return { ...record, status: 'active', fencingToken, processedAt: now };
  });
}
