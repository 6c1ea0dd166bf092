import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { FairHeads } from './fair-heads.ts';

/** Chooses the next jobs to start in a fair order where no name has limits, and charges their keys. */
export function claimFairly(change: QueueChange, limit: number): Row[] {
  const heads = new FairHeads(change);
  const rows: Row[] = [];
  while (rows.length < limit) {
    const job = heads.plain();
    if (job === undefined) break;
    rows.push({ ...job, charge: heads.start(job) });
  }
  return rows;
}
