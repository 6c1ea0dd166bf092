import type { JobStatus, QueueStats } from '@philjs/jobs-core';
import type { JobRow } from '../job-row.ts';
import type { AwayRow } from '../of-each.ts';

/** Describes a row with the queue of its job. */
export type QueueJobRow = JobRow & {
  readonly queue: string;
  /** Where it stands in the order of its queue, while it waits in one that is not first in, first out. */
  readonly place?: string;
};

/** Holds the data of the list of jobs. */
export interface JobsData {
  /** The queue; absent for all queues. */
  readonly queue?: string;
  /** The number of jobs of each queue that answers. */
  readonly counts: { readonly [queue: string]: number };
  /** The number of jobs in each state, in all queues of the list. */
  readonly stats: QueueStats;
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** The search as it was typed. */
  readonly search: string;
  /** The states in which the search can find jobs. */
  readonly states: readonly JobStatus[];
  readonly jobs: readonly QueueJobRow[];
  /** How many jobs this page read, and the previous pages. */
  readonly scanned: number;
  readonly before: number;
  /** How many there are in the states searched. */
  readonly total: number;
  /** Whether every job read is a match, because the search has no terms. */
  readonly exact: boolean;
  /** Whether the total is the number of matches: the search names nothing but states. */
  readonly counted: boolean;
  /** Where to go on. */
  readonly cursor?: string;
  /** The mistake in the search, if there is one; then nothing was searched. */
  readonly mistake?: string;
  /** A note on fields that the search cannot see. */
  readonly note?: string;
}
