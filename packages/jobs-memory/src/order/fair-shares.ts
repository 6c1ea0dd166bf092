import { fairNumber } from '@philjs/jobs-core/backend';
import { type RareFields, rareOf, type StoredJob } from '../state/stored-job.ts';
import type { FairLine, FairLineup } from './fair-lineup.ts';

/** Is sorted among others by the number of a share. */
export interface Numbered {
  /** Places it again, after a turn of its share was given back. */
  rekey(): void;
}

/** Holds the turns that a key of one class has used, while jobs of the key are waiting. */
export interface Share {
  readonly cls: FairClass;
  readonly key: string;
  /** The virtual time from which the number of its head counts. */
  base: number;
  /** When that changed, counted over all shares: among equal numbers the older one goes first. */
  since: number;
  /** The line of its waiting jobs; several, where limits keep some of them apart. */
  line: FairLine | undefined;
  others: Map<FairLineup, FairLine> | undefined;
  /** All else that its number sorts among many. The rest is placed again when it is read, or no longer among few. */
  crowded: Set<Numbered> | undefined;
}

/** Holds the shares of one class, which is a priority. */
export interface FairClass {
  readonly rank: number;
  readonly shares: Map<string, Share>;
  /** The largest number that has started. */
  virtualTime: number;
}

/** Keeps the turns of the keys of a queue in a fair order, by class: start-time fair queueing. */
export class FairShares {
  readonly #classes = new Map<number, FairClass>();
  #lastClass: FairClass | undefined;
  /** The share found last: the next job often has the same key. */
  #lastShare: Share | undefined;
  #changes = 0;
  /** The changes before the order was last set: starts charged by them are not given back. */
  #changesBefore = 0;
  #emptied: Share[] | undefined;
  #isWeighted = false;

  /** Whether any job has had a weight. Until then the number of a head is found without reading the job. */
  get isWeighted(): boolean {
    return this.#isWeighted;
  }

  /** Lets no start so far be given back, since the order is set again. No job may be waiting. */
  restart(): void {
    this.#changesBefore = this.#changes;
  }

  /** Returns the share of a job that is to wait, with the turn that it keeps, if any. */
  join(job: StoredJob): Share {
    const share = this.#shareOf(job) ?? this.#makeShare(job);
    if (job.rare?.order?.weight !== undefined) this.#isWeighted = true;
    return share;
  }

  /** Notes that a line of a share has left; forgets a share without lines. */
  leave(share: Share): void {
    if (hasLines(share)) return;
    if (this.#emptied === undefined) this.#forget(share);
    else this.#emptied.push(share);
  }

  /** Lets jobs be taken out and put in again: their turns are not forgotten in between. */
  whileMoving(move: () => void): void {
    const emptied: Share[] = [];
    this.#emptied = emptied;
    move();
    this.#emptied = undefined;
    for (const share of emptied) if (!hasLines(share)) this.#forget(share);
  }

  #forget(share: Share): void {
    share.cls.shares.delete(share.key);
    if (this.#lastShare === share) this.#lastShare = undefined;
    if (share.cls.shares.size > 0) return;
    // Nothing counts from its virtual time any more.
    this.#classes.delete(share.cls.rank);
    if (this.#lastClass === share.cls) this.#lastClass = undefined;
  }

  /**
   * Charges the start of a job to its share, before it leaves that, and notes in the job how to give that back. As numbers: an
   * object of its own would be new, and a garbage collection pays for each new object that an old one refers to.
   */
  start(share: Share, job: StoredJob): void {
    const { cls, base } = share;
    const rare = rareOf(job);
    const number = this.#numberAfter(base, job);
    if (number > cls.virtualTime) cls.virtualTime = number;
    rare.chargedBase = base;
    rare.chargedSince = share.since;
    rare.chargedAt = ++this.#changes;
    share.base = cls.virtualTime;
    share.since = this.#changes;
  }

  /** Computes the number of the first of some waiting jobs of a share. */
  numberOf({ base }: Share, first: StoredJob | undefined): number {
    return this.#isWeighted ? this.#numberAfter(base, first) : fairNumber(base);
  }

  #numberAfter(base: number, job: StoredJob | undefined): number {
    return fairNumber(base, this.#isWeighted ? job?.rare?.order : undefined);
  }

  /** Gives the start of a job back, unless a job of the key has started since. */
  giveBack(job: StoredJob, { chargedBase, chargedSince, chargedAt }: RareFields): void {
    const share = this.#isCharged(chargedAt) ? this.#shareOf(job) : undefined;
    if (share?.since !== chargedAt) return;
    // All jobs of its class may have started since, and with them its virtual time gone: it waits for no turns of that.
    share.base = Math.min(chargedBase, share.base);
    share.since = chargedSince;
    share.line?.rekey();
    if (share.crowded !== undefined) for (const each of [...share.crowded]) each.rekey();
  }

  /** Counts the keys of a job's class that have waiting jobs. */
  countKeys(job: StoredJob): number {
    return this.#classes.get(0 - job.kind.priority)?.shares.size ?? 0;
  }

  /** Returns whether a change since the order was set charged a start. */
  #isCharged(at: number): boolean {
    return at > this.#changesBefore;
  }

  #shareOf(job: StoredJob): Share | undefined {
    const rank = 0 - job.kind.priority;
    const key = job.rare?.order?.fairKey ?? '';
    const last = this.#lastShare;
    if (last !== undefined && last.cls.rank === rank && last.key === key) return last;
    const cls = this.#lastClass?.rank === rank ? this.#lastClass : this.#classes.get(rank);
    const share = cls?.shares.get(key);
    this.#lastShare = share;
    return share;
  }

  #makeShare(job: StoredJob): Share {
    const { rare } = job;
    const cls = this.#classOf(0 - job.kind.priority);
    const kept = rare !== undefined && this.#isCharged(rare.chargedAt) ? rare : undefined;
    const share: Share = {
      cls,
      key: rare?.order?.fairKey ?? '',
      base: Math.min(kept?.chargedBase ?? cls.virtualTime, cls.virtualTime),
      since: kept?.chargedSince ?? ++this.#changes,
      line: undefined,
      others: undefined,
      crowded: undefined,
    };
    cls.shares.set(share.key, share);
    this.#lastShare = share;
    return share;
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

/** Returns whether any job of a share is waiting. */
function hasLines({ line, others }: Share): boolean {
  return line !== undefined || (others !== undefined && others.size > 0);
}
