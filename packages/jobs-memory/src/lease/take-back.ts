import { type ExchangeParams, maxStallsOf, type StalledJob } from '@philjs/jobs-core/backend';
import type { JobTable } from '../state/job-table.ts';
import { toOffset } from '../state/offset.ts';
import { rareOf, type StoredJob } from '../state/stored-job.ts';

const NONE: readonly never[] = [];

/**
 * Takes back the jobs whose lease has run out, except those of the calling holder: it is alive, and was only
 * prevented from renewing them. They are waiting again ahead of others, in the order in which they had started.
 */
export function takeBack(
  table: JobTable,
  { holder, now, stalls }: Pick<ExchangeParams, 'holder' | 'now' | 'stalls'>,
): readonly StalledJob[] {
  const first = table.active.first();
  if (first === undefined || first.rank > toOffset(now)) return NONE;
  const stalled: StalledJob[] = [];
  for (const job of endedLeases(table, holder, now).reverse()) {
    const { id, name, fencingToken } = job;
    const rare = rareOf(job);
    rare.stalledCount += 1;
    rare.snoozeReason = undefined;
    const failed = rare.stalledCount > maxStallsOf(stalls)(name);
    table.waiting.holdKey(job);
    table.leave(job);
    if (failed) table.fail(job, 'failed', stalls.error, now);
    else if (rare.node?.isDoomed || rare.node?.isBlocking) table.block(job);
    else table.wait(job, 'ahead');
    table.tell('stalled', job, now);
    if (failed) table.tellFailed(job, 'failed', stalls.error, now);
    else if (job.status === 'waiting') table.tell('waiting', job, now);
    stalled.push({ lease: { id, fencingToken }, name, failed });
  }
  return stalled;
}

function endedLeases(table: JobTable, holder: string, now: number): StoredJob[] {
  const ended: StoredJob[] = [];
  const over = toOffset(now);
  for (const job of table.active.ascending()) {
    if (job.rank > over) break;
    if (job.holder !== holder) ended.push(job);
  }
  return ended;
}
