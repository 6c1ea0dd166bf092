import type { FailureScan } from '../../failures/scan-failures.ts';
import type { AwayRow } from '../of-each.ts';
import type { QueueFailureGroup } from './failure-table.ts';

/** Holds the data of the failures page, of one queue or of all. */
export interface FailuresData extends Omit<FailureScan, 'groups'> {
  /** The queue; absent for all queues. */
  readonly queue?: string;
  readonly groups: readonly QueueFailureGroup[];
  /** How many jobs each queue has that failed. */
  readonly counts: { readonly [queue: string]: number };
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** How many failed jobs the previous pages read. */
  readonly before: number;
}
