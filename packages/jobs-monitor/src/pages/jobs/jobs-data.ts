import type { QueueStats } from '@philjs/jobs-core';
import type { JobRow } from '../job-row.ts';

/** What the list of jobs shows. */
export interface JobsData {
  readonly queue: string;
  readonly stats: QueueStats;
  /** The search as it was typed. */
  readonly search: string;
  readonly jobs: readonly JobRow[];
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
