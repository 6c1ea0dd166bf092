import type { FairLine } from './fair-lineup.ts';
import type { FairShares } from './fair-shares.ts';

/** Is where a job stands in an order: its number, its line while it is waiting, or what its start has cost. */
export type Spot = Standing | FairLine | ChargedStart;

/** Holds the place of a job in an order in which its number does not change. */
export class Standing {
  /** When the job first became ready. */
  readonly arrivedAt: number;
  /** Its number within its class, while it is waiting. */
  own: number | undefined = undefined;

  constructor(arrivedAt: number) {
    this.arrivedAt = arrivedAt;
  }
}

/** Records the turn of a key before a job of it started, to give that back. */
export class ChargedStart {
  /** Is always there: without any, a full garbage collection would drop the layout, and all code compiled for it. */
  static readonly sample: ChargedStart = new ChargedStart({} as FairShares, 0, 0, 0);
  /** Those it was charged to: another order has others. */
  readonly shares: FairShares;
  readonly base: number;
  readonly since: number;
  /** The change of shares that charged it. */
  readonly at: number;
  /** Whether the job takes the turn back with it. */
  isKept = false;
  readonly own: undefined = undefined;

  constructor(shares: FairShares, base: number, since: number, at: number) {
    this.shares = shares;
    this.base = base;
    this.since = since;
    this.at = at;
  }
}
