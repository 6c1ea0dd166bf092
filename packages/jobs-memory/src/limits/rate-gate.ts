import type { Ranked } from '../ordered-list/ranked.ts';
import { type Branch, Branches } from './branches.ts';
import type { JobLine } from './job-line.ts';
import type { Opening } from './openings.ts';
import { StartLog } from './start-log.ts';

/** The lines of one name and rate key, behind the log of starts that all of them share. */
export class RateGate implements Branch {
  readonly rateKey: string | undefined;
  readonly starts: StartLog = new StartLog();
  /** All its lines with waiting jobs, by concurrency key. */
  readonly lines: Map<string | undefined, JobLine> = new Map();
  /** Those of them that are not parked. */
  readonly open: Branches<JobLine> = new Branches();
  rank = 0;
  seq = 0;
  isListed = false;
  /** Until when no job of the key is to start. */
  heldUntil = 0;
  /** Whether it is to be looked at when it may no longer matter. */
  isLeaving = false;
  /** When it opens, while it is shut. */
  opening: Opening | undefined;

  constructor(rateKey: string | undefined) {
    this.rateKey = rateKey;
  }

  head(): Ranked | undefined {
    return this.opening === undefined ? this.open.first() : undefined;
  }
}
