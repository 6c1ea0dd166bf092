import type { ShareHead } from '../order/share-head.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import { type Branch, Branches } from './branches.ts';
import type { Entry } from './bundle.ts';
import type { JobLine } from './job-line.ts';
import type { Opening } from './openings.ts';
import { StartLog } from './start-log.ts';

/** Holds the lines of one name and rate key, behind the log of starts that they share. */
export class RateGate implements Branch {
  readonly rateKey: string | undefined;
  readonly starts: StartLog = new StartLog();
  /** All its lines with waiting jobs, by concurrency key. */
  readonly lines: Map<string | undefined, JobLine> = new Map();
  /** Those lines that are not parked. */
  readonly open: Branches<JobLine>;
  rank = 0;
  number: number | undefined = undefined;
  since: number | undefined = undefined;
  seq = 0;
  isListed = false;
  entries: readonly Entry<unknown>[] | undefined = undefined;
  /** When jobs of the key may start again. */
  heldUntil = 0;
  /** Whether a check is set for when it may no longer be needed. */
  isLeaving = false;
  /** The event that opens it, while it is shut. */
  opening: Opening | undefined;

  /** `onChange` is called when its first job has changed because a turn was given back. */
  constructor(rateKey: string | undefined, fewShares: number, onChange: (gate: RateGate) => void) {
    this.rateKey = rateKey;
    this.open = new Branches(fewShares, () => onChange(this));
  }

  head(): Ranked | undefined {
    return this.opening === undefined ? this.open.head() : undefined;
  }

  heads(): readonly ShareHead[] | undefined {
    return this.opening === undefined ? this.open.heads() : undefined;
  }
}
