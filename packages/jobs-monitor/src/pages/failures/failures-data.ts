import type { FailureScan } from '../../failures/scan-failures.ts';
import type { AwayRow } from '../of-each.ts';
import type { QueueFailureGroup } from './failure-table.ts';

/** What the page of failures shows of one queue, or of all. */
export interface FailuresData extends Omit<FailureScan, 'groups'> {
  /** The queue it is of; all when absent. */
  readonly queue?: string;
  readonly groups: readonly QueueFailureGroup[];
  /** How many jobs each queue has that failed. */
  readonly counts: { readonly [queue: string]: number };
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** How many were looked at by the pages before. */
  readonly before: number;
}
