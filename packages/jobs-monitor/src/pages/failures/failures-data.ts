import type { Incident } from '../../failures/incident.ts';
import type { FailureScan } from '../../failures/scan-failures.ts';
import type { AwayRow } from '../of-each.ts';
import type { IncidentOrder } from './incident-order.ts';

/** Holds the data of the failures page, of one queue or of all. */
export interface FailuresData extends Omit<FailureScan, 'groups'> {
  /** The queue; absent for all queues. */
  readonly queue?: string;
  /** The causes that are shown. */
  readonly incidents: readonly Incident[];
  /** How many causes there are that the search finds. */
  readonly causes: number;
  /** The text that each cause shown mentions; empty for all. */
  readonly search: string;
  /** The figure they are ordered by. */
  readonly order: IncidentOrder;
  /** How many jobs each queue has that failed. */
  readonly counts: { readonly [queue: string]: number };
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** How many failed jobs the previous pages read. */
  readonly before: number;
}
