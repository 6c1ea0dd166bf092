import type { Share } from '../order/fair-shares.ts';
import type { ShareHead } from '../order/share-head.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isSameKey, type Ranked } from '../ordered-list/ranked.ts';
import { Bundle, type Entry } from './bundle.ts';

/** Is a part of the waiting jobs, sorted among other parts by the first job it can offer. */
export interface Branch extends Ranked {
  rank: number;
  number: number | undefined;
  since: number | undefined;
  seq: number;
  /** Whether it is in the list; kept by {@link Branches}. */
  isListed: boolean;
  /** Its places in the bundles of shares, if it is in those; kept by {@link Branches}. */
  entries: readonly Entry<unknown>[] | undefined;
  /** Returns the position of the first job it can offer, if there is one. */
  head(): Ranked | undefined;
  /** Returns the first jobs it can offer of the shares of its first class, if there are shares, and they are few. */
  heads(): readonly ShareHead[] | undefined;
}

/** Is a branch to take the next job from: the first one of a share, or of all. */
export interface Next<T> {
  readonly branch: T;
  readonly share: Share | undefined;
}

/**
 * Keeps those branches that have a job to offer, sorted by the position of that job. In a fair order each start changes
 * the numbers of all branches that hold jobs of its share. So a branch whose first class has jobs of few shares is in a bundle
 * of each: the bundle has the number, and its branches are sorted by arrival. A number that has grown is noticed when its turn
 * comes.
 */
export class Branches<T extends Branch> {
  readonly #list = new OrderedList<Bundle<T> | T>();
  readonly #bundles = new Map<Share, Bundle<T>>();
  readonly #most: number;
  readonly #onChange: () => void;

  /**
   * `most` is up to how many bundles of a class are asked for by their shares, so that their order does not matter; `onChange`
   * is called when its first job has changed because a turn was given back.
   */
  constructor(most: number, onChange: () => void) {
    this.#most = most;
    this.#onChange = onChange;
  }

  /** Returns the branch whose job is next, of one share or of all. */
  next(share?: Share): Next<T> | undefined {
    const first = share === undefined ? this.head() : this.#bundles.get(share);
    if (!(first instanceof Bundle)) return first && { branch: first, share: undefined };
    const entry = first.entries.first();
    return entry && { branch: entry.branch, share: first.share };
  }

  /** Returns the position of the next job. Whatever comes first by a number it no longer has is placed first. */
  head(): Bundle<T> | T | undefined {
    for (;;) {
      const first = this.#list.first();
      if (first === undefined) return undefined;
      if (first instanceof Bundle) {
        if (!first.isStale) return first;
        this.#relist(first);
      } else {
        const head = first.head();
        if (head !== undefined && isSameKey(head, first)) return first;
        this.place(first);
      }
    }
  }

  /** Returns the first jobs of the shares of its first class, if there are shares, and they are few. */
  heads(): readonly ShareHead[] | undefined {
    const first = this.#bundles.size === 0 ? undefined : this.#list.first();
    if (first === undefined || this.#list.hasMoreThan(this.#most)) return undefined;
    const heads: ShareHead[] = [];
    for (const item of this.#list.ofRank(first.rank, this.#most)) {
      const head = item instanceof Bundle ? item.entries.first() : undefined;
      if (head === undefined) return undefined;
      heads.push(head);
    }
    return heads;
  }

  /** Moves a branch to the position of its first job, after that changed; removes it when it offers none. */
  place(branch: T): void {
    const heads = branch.heads();
    if (heads !== undefined) {
      if (branch.entries === undefined) this.#remove(branch);
      this.#bundle(branch, heads);
      return;
    }
    const head = branch.head();
    const isPlain = branch.isListed && branch.entries === undefined;
    if (isPlain && head?.rank === branch.rank) {
      if (isSameKey(head, branch)) return;
      // Its class has the same items as before.
      this.#list.delete(branch);
      this.#list.insert(moved(branch, head));
      return;
    }
    this.#remove(branch);
    if (head === undefined) return;
    branch.isListed = true;
    this.#insert(moved(branch, head));
  }

  #remove(branch: T): void {
    if (!branch.isListed) return;
    branch.isListed = false;
    if (branch.entries === undefined) this.#delete(branch);
    else for (const entry of branch.entries) this.#drop(entry);
    branch.entries = undefined;
  }

  /** Puts a branch into the bundles of some shares, and into no others. */
  #bundle(branch: T, heads: readonly ShareHead[]): void {
    const known = branch.entries ?? [];
    const isSame = (head: ShareHead, index: number): boolean => {
      const entry = known[index];
      return entry !== undefined && entry.share === head.share && entry.seq === head.seq;
    };
    if (heads.length === known.length && heads.every(isSame)) return;
    const entries = heads.map(
      ({ share, seq, weight }): Entry<unknown> =>
        known.find((one) => one.share === share && one.seq === seq) ?? {
          ...{ rank: share.cls.rank, seq, share, weight, branch },
        },
    );
    branch.isListed = true;
    branch.entries = entries;
    for (const entry of known) if (!entries.includes(entry)) this.#drop(entry);
    for (const entry of entries) if (!known.includes(entry)) this.#add(entry as Entry<T>);
  }

  #add(entry: Entry<T>): void {
    const { share } = entry;
    const known = this.#bundles.get(share);
    if (known !== undefined) {
      known.entries.insert(entry);
      if (known.entries.first() === entry) this.#relist(known);
      return;
    }
    const bundle = new Bundle<T>(share, (moved) => {
      this.#relist(moved);
      this.#onChange();
    });
    bundle.entries.insert(entry);
    bundle.renumber();
    this.#bundles.set(share, bundle);
    this.#insert(bundle);
  }

  #drop(entry: Entry<unknown>): void {
    const bundle = this.#bundles.get(entry.share);
    if (bundle === undefined) return;
    const isFirst = bundle.entries.first() === entry;
    bundle.entries.delete(entry);
    if (bundle.entries.size === 0) {
      this.#bundles.delete(entry.share);
      bundle.share.crowded?.delete(bundle);
      this.#delete(bundle);
    } else if (isFirst) this.#relist(bundle);
  }

  #relist(bundle: Bundle<T>): void {
    this.#list.delete(bundle);
    bundle.renumber();
    this.#list.insert(bundle);
  }

  #insert(item: Bundle<T> | T): void {
    if (this.#bundles.size > 0) this.#meet(item);
    this.#list.insert(item);
  }

  /** Prepares for another item of a class. Where they were few bundles, they are placed by the numbers that they have by now. */
  #meet(item: Bundle<T> | T): void {
    const known = this.#list.ofRank(item.rank, this.#most + 1);
    const wereFew = this.#areFew(known);
    if (item instanceof Bundle) {
      if (wereFew && known.length < this.#most) return;
      crowd(item);
    }
    if (!wereFew) return;
    for (const one of known) {
      if (!(one instanceof Bundle)) continue;
      if (one.isStale) this.#relist(one);
      crowd(one);
    }
  }

  #delete(item: Bundle<T> | T): void {
    this.#list.delete(item);
    if (this.#bundles.size === 0) return;
    const left = this.#list.ofRank(item.rank, this.#most + 1);
    if (!this.#areFew(left)) return;
    for (const one of left) if (one instanceof Bundle) one.share.crowded?.delete(one);
  }

  #areFew(items: readonly (Bundle<T> | T)[]): boolean {
    return items.length <= this.#most && items.every((item) => item instanceof Bundle);
  }
}

/** Gives a branch a position. It must be in no list. */
function moved<T extends Branch>(branch: T, { rank, number, since, seq }: Ranked): T {
  branch.rank = rank;
  branch.number = number;
  branch.since = since;
  branch.seq = seq;
  return branch;
}

function crowd<T>(bundle: Bundle<T>): void {
  bundle.share.crowded ??= new Set();
  bundle.share.crowded.add(bundle);
}
