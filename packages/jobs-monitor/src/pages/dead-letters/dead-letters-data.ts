import type { AwayRow } from '../of-each.ts';

/** Holds the dead letters of one cause. Times are epoch milliseconds. */
export interface LetterGroup {
  /** The queue that keeps them. */
  readonly queue: string;
  /** Stands for the cause. */
  readonly fingerprint: string;
  /** The name of the jobs. */
  readonly name: string;
  /** How many there are, of those that were read. */
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The error of the last one, likely secrets masked. */
  readonly error: string;
  /** The id of the last one. */
  readonly sampleId: string;
}

/** Holds the data of the page of dead letters, of one queue or of all. */
export interface DeadLettersData {
  /** The queue; absent for all queues. */
  readonly queue?: string;
  /** The search as it was typed. */
  readonly search: string;
  /** The mistake in the search, if there is one; then nothing was searched. */
  readonly mistake?: string;
  /** A note on a field that the search cannot see. */
  readonly note?: string;
  readonly groups: readonly LetterGroup[];
  /** The queues of which not all letters were read. */
  readonly partly: readonly string[];
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
}
