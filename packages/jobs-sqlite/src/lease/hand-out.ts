import type { JobRecord } from '@philjs/jobs-core/backend';
import type { Row } from '../database/sqlite-file.ts';
import { letGo } from '../jobs/hold-keys.ts';
import { LimitedClaim, openDue } from '../limits/limited-claim.ts';
import { claimFairly } from '../order/fair-claim.ts';
import { OrderedClaim } from '../order/ordered-claim.ts';
import { RECORD_COLUMNS, toRecord } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Selects the worker that gets jobs, and how many. */
export interface HandOutParams {
  readonly holder: string;
  readonly limit: number;
  readonly leaseMs: number;
}

/** The jobs handed out, and whether jobs are left that were not looked at. */
export interface HandedOut {
  readonly jobs: JobRecord[];
  readonly isCut: boolean;
}

/** Hands out waiting jobs in the order of their positions (`turn`): those that the limits of their names allow. */
export function handOut(change: QueueChange, params: HandOutParams): HandedOut {
  const { file, queue } = change;
  if (params.limit === 0) return { jobs: [], isCut: false };
  // Also while the queue is paused: what is due must not be asked for again and again.
  if (change.isLimited) openDue(change);
  if (change.paused) return { jobs: [], isCut: false };
  const { order } = change;
  if (!change.isLimited && order?.policy === 'fair') {
    return { jobs: startJobs(change, claimFairly(change, params.limit), params), isCut: false };
  }
  if (!change.isLimited) {
    const where = `queue = ? AND status = 'waiting' AND limited = 0`;
    const rows = file.all(
      order === undefined
        ? `SELECT ${RECORD_COLUMNS} FROM philjs_jobs_jobs WHERE ${where} ORDER BY rank, turn LIMIT ? + 0`
        : `SELECT ${RECORD_COLUMNS} FROM philjs_jobs_jobs WHERE ${where} AND number IS NOT NULL ORDER BY class, number, turn LIMIT ? + 0`,
      queue,
      params.limit,
    );
    return { jobs: startJobs(change, rows, params), isCut: false };
  }
  const claim =
    order === undefined ? new LimitedClaim(change, params.limit) : new OrderedClaim(change);
  const rows: Row[] = [];
  while (rows.length < params.limit) {
    const row = claim.next();
    if (row === undefined) break;
    rows.push(row);
  }
  return {
    jobs: startJobs(change, rows, params),
    isCut: claim.isCut && rows.length < params.limit,
  };
}

/** Leases jobs to a worker. */
export function startJobs(
  change: QueueChange,
  rows: readonly Row[],
  params: Omit<HandOutParams, 'limit'>,
  from: 'waiting' | 'blocked' = 'waiting',
): JobRecord[] {
  const { file, now } = change;
  for (const row of rows) {
    file.run(
      `UPDATE philjs_jobs_jobs SET status = 'active', rank = ?, turn = ?, ready_turn = turn, processed_at = ?,
        fencing_token = fencing_token + 1, lease_until = ?, holder = ?, charge = ? WHERE key = ?`,
      now,
      change.nextTurn(),
      now,
      now + params.leaseMs,
      params.holder,
      row['charge'] ?? null,
      row['key'] ?? null,
    );
    letGo(change, 'started', row['id'], row['deduplication_key']);
  }
  if (rows.length > 0) change.moved(from, 'active', rows.length);
  return rows.map((row) => {
    const record = toRecord(row);
    const fencingToken = record.fencingToken + 1;
    const { id, name } = record;
    if (change.listening) change.tell({ type: 'active', jobId: id, name, at: now });
    const { holder: worker } = params;
    return { ...record, status: 'active', fencingToken, processedAt: now, worker };
  });
}
