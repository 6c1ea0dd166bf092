import type { QueueStats } from '@philjs/jobs-core';
import type { JobRow } from '../job-row.ts';
import type { AwayRow } from '../of-each.ts';

/** A row, and the queue the job is in. */
export type QueueJobRow = JobRow & { readonly queue: string };

/** What the list of jobs shows. */
export interface JobsData {
  /** The queue it is of; all when absent. */
  readonly queue?: string;
  /** How many jobs each queue has that answers. */
  readonly counts: { readonly [queue: string]: number };
  /** How many there are in each state, in all queues it is of. */
  readonly stats: QueueStats;
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** The search as it was typed. */
  readonly search: string;
  readonly jobs: readonly QueueJobRow[];
  /** How many jobs this page read, and the pages before. */
  readonly scanned: number;
  readonly before: number;
  /** How many there are in the states searched. */
  readonly total: number;
  /** Whether every job read is one found: nothing had to be looked into. */
  readonly exact: boolean;
  /** Where to go on. */
  readonly cursor?: string;
  /** What is wrong with the search; nothing was searched then. */
  readonly mistake?: string;
  /** What a search does not see. */
  readonly note?: string;
}
