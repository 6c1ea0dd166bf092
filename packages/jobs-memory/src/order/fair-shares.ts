import { fairNumber, type JobOrder } from '@philjs/jobs-core/backend';
import type { StoredJob } from '../state/stored-job.ts';
import type { FairLineup } from './fair-lineup.ts';

/** Holds what a key of one class has used of its turns, as long as jobs of it are waiting. */
export interface Share {
  readonly cls: FairClass;
  readonly key: string;
  /** The virtual time from which the number of its head counts. */
  base: number;
  /** When that changed, in changes of all shares: of equal numbers, the one that is older goes first. */
  since: number;
  /** The number of its waiting jobs. */
  waiting: number;
  /** The lineup that it has waiting jobs in; several, where limits keep some of them apart. */
  lineup: FairLineup | undefined;
  others: Set<FairLineup> | undefined;
}

/** Holds the shares of one class, which is a priority. */
export interface FairClass {
  readonly rank: number;
  readonly shares: Map<string, Share>;
  /** The largest number that has started. */
  virtualTime: number;
}

/** Is the turn of a share: what the number of its head is computed from. */
export type FairTurn = Pick<Share, 'base' | 'since'>;

/** Records the turn of a share before a start, to give it back. */
export interface ChargedStart extends FairTurn {
  /** Those that it was charged to: another order has others. */
  readonly shares: FairShares;
  /** What {@link Share.since} was after the start. */
  readonly chargedAt: number;
}

/** Keeps the turns of the keys of a queue in a fair order, by class: start-time fair queueing. */
export class FairShares {
  readonly #classes = new Map<number, FairClass>();
  #lastClass: FairClass | undefined;
  #changes = 0;
  #emptied: Share[] | undefined;

  /** Counts a waiting job, with the turn that it keeps, if any; returns its share. */
  join(job: StoredJob, lineup: FairLineup): Share {
    const cls = this.#classOf(job.rank);
    const key = job.rare?.order?.fairKey ?? '';
    let share = cls.shares.get(key);
    if (share === undefined) {
      const kept = job.rare?.keptTurn;
      const base = Math.min(kept?.base ?? cls.virtualTime, cls.virtualTime);
      const since = kept?.since ?? ++this.#changes;
      share = { cls, key, base, since, waiting: 0, lineup: undefined, others: undefined };
      cls.shares.set(key, share);
    }
    share.waiting += 1;
    if (share.lineup === undefined) share.lineup = lineup;
    else if (share.lineup !== lineup) {
      share.others ??= new Set();
      share.others.add(lineup);
    }
    return share;
  }

  /** Notes that a waiting job of a share has gone; one without any is forgotten. */
  leave(share: Share): void {
    share.waiting -= 1;
    if (share.waiting > 0) return;
    if (this.#emptied === undefined) this.#forget(share);
    else this.#emptied.push(share);
  }

  /** Lets jobs be taken out and put in again: their turns are not forgotten in between. */
  whileMoving(move: () => void): void {
    const emptied: Share[] = [];
    this.#emptied = emptied;
    move();
    this.#emptied = undefined;
    for (const share of emptied) if (share.waiting === 0) this.#forget(share);
  }

  #forget(share: Share): void {
    share.cls.shares.delete(share.key);
    if (share.cls.shares.size > 0) return;
    // Nothing counts from its virtual time any more.
    this.#classes.delete(share.cls.rank);
    if (this.#lastClass === share.cls) this.#lastClass = undefined;
  }

  /** Charges a start to a share, before the job leaves it. */
  start(share: Share, order: JobOrder | undefined): ChargedStart {
    const { cls, base, since } = share;
    cls.virtualTime = Math.max(cls.virtualTime, fairNumber(base, order));
    share.base = cls.virtualTime;
    share.since = ++this.#changes;
    return { shares: this, base, since, chargedAt: share.since };
  }

  /** Gives a start back, unless a job of the key has started since. */
  giveBack(job: StoredJob, { shares, base, since, chargedAt }: ChargedStart): void {
    const share = shares === this ? this.#shareOf(job) : undefined;
    if (share?.since !== chargedAt) return;
    share.base = base;
    share.since = since;
    share.lineup?.rekey(share);
    for (const lineup of share.others ?? []) lineup.rekey(share);
  }

  /** Counts the keys of a job's class that have waiting jobs. */
  countKeys(job: StoredJob): number {
    return this.#classes.get(0 - job.kind.priority)?.shares.size ?? 0;
  }

  #shareOf(job: StoredJob): Share | undefined {
    const cls = this.#classes.get(0 - job.kind.priority);
    return cls?.shares.get(job.rare?.order?.fairKey ?? '');
  }

  #classOf(rank: number): FairClass {
    if (this.#lastClass?.rank === rank) return this.#lastClass;
    let cls = this.#classes.get(rank);
    if (cls === undefined) {
      cls = { rank, shares: new Map(), virtualTime: 0 };
      this.#classes.set(rank, cls);
    }
    this.#lastClass = cls;
    return cls;
  }
}
