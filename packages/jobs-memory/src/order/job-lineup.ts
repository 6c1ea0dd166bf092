import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import type { Share } from './fair-shares.ts';
import type { ShareHead } from './share-head.ts';

/** Keeps waiting jobs of which any may start, in the order of their queue. */
export interface JobLineup {
  /** The number of jobs. */
  readonly size: number;
  /** Returns the position of the first job among those of other lineups. */
  head(): Ranked | undefined;
  /** Returns the first jobs of the shares of its first class, if the order has shares, and they are few. */
  heads?(): readonly ShareHead[] | undefined;
  /** Returns the first job of a share. */
  firstOf?(share: Share): StoredJob | undefined;
  /** Returns the first job. */
  first(): StoredJob | undefined;
  /** Adds a job. */
  insert(job: StoredJob): void;
  /** Removes a job; returns whether it was there. */
  delete(job: StoredJob): boolean;
  /** Takes the first jobs out to be started, up to a number. An order that charges starts charges these. */
  shiftUpTo(most: number): StoredJob[];
  /** Removes all jobs that match, in the order of their arrival. */
  extract(matches: (job: StoredJob) => boolean): StoredJob[];
  /** Iterates over the jobs in any order, without looking at more of them than are asked for. */
  each(): Iterable<StoredJob>;
  /** Iterates over the jobs behind a key by priority and arrival, or by their numbers where those do not change. */
  ascending(after?: Ranked): Iterator<StoredJob, void, undefined>;
  /** Iterates over the jobs ahead of a key in the opposite direction. */
  descending(before?: Ranked): Iterator<StoredJob, void, undefined>;
}

/** Makes an empty lineup. Calls back when the number of its first job changes by a start of a job elsewhere. */
export type LineupFactory = (onChange: () => void) => JobLineup;
