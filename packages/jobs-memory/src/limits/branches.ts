import type { Share } from '../order/fair-shares.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isSameKey, type Ranked } from '../ordered-list/ranked.ts';
import { Bundle } from './bundle.ts';

/** Is a part of the waiting jobs, sorted among other parts by the first job it can offer. */
export interface Branch extends Ranked {
  rank: number;
  number: number | undefined;
  since: number | undefined;
  seq: number;
  /** Whether it is in the list; kept by {@link Branches}. */
  isListed: boolean;
  /** The share in whose bundle it is, if it is in one; kept by {@link Branches}. */
  share: Share | undefined;
  /** Returns the position of the first job it can offer, if there is one. */
  head(): Ranked | undefined;
  /** Returns the share of all jobs of its first class, if they have one in common. */
  sole(): Share | undefined;
}

/**
 * Keeps those branches that have a job to offer, sorted by the position of that job. In a fair order each start changes
 * the numbers of all branches of its share. So those whose first class has no job of another share are bundled: the
 * bundle has the number, and its branches are sorted by arrival. A number that has grown is noticed when its turn comes.
 */
export class Branches<T extends Branch> {
  readonly #list = new OrderedList<Bundle<T> | T>();
  readonly #bundles = new Map<Share, Bundle<T>>();
  readonly #onChange: () => void;

  /** `onChange` is called when its first job has changed because a turn was given back. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Returns the branch whose job is next. */
  first(): T | undefined {
    const first = this.head();
    return first instanceof Bundle ? first.branches.first() : first;
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

  /** Returns the share of all jobs of its first class, if they have one in common. */
  sole(): Share | undefined {
    const first = this.#list.first();
    return first?.rank === this.#list.second()?.rank ? undefined : first?.share;
  }

  /** Moves a branch to the position of its first job, after that changed; removes it when it offers none. */
  place(branch: T): void {
    const head = branch.head();
    const share = head === undefined ? undefined : branch.sole();
    if (branch.isListed) {
      const isBundled = branch.share !== undefined;
      const stays = isBundled ? head?.seq === branch.seq : head && isSameKey(head, branch);
      if (stays && share === branch.share) return;
      this.#remove(branch);
      this.#noteSolitude(branch.rank);
    }
    if (head === undefined) return;
    branch.isListed = true;
    branch.share = share;
    branch.rank = head.rank;
    branch.seq = head.seq;
    branch.number = share === undefined ? head.number : undefined;
    branch.since = share === undefined ? head.since : undefined;
    if (share === undefined) this.#insert(branch);
    else this.#bundle(branch, share);
  }

  #remove(branch: T): void {
    const bundle = branch.share === undefined ? undefined : this.#bundles.get(branch.share);
    branch.isListed = false;
    branch.share = undefined;
    if (bundle === undefined) {
      this.#list.delete(branch);
      return;
    }
    const isFirst = bundle.branches.first() === branch;
    bundle.branches.delete(branch);
    if (isFirst) this.#relist(bundle);
  }

  #bundle(branch: T, share: Share): void {
    let bundle = this.#bundles.get(share);
    if (bundle === undefined) {
      bundle = new Bundle(share, (moved) => {
        if (moved.isListed) this.#relist(moved);
        this.#onChange();
      });
      this.#bundles.set(share, bundle);
    }
    bundle.branches.insert(branch);
    if (bundle.branches.first() === branch) this.#relist(bundle);
  }

  #relist(bundle: Bundle<T>): void {
    if (bundle.isListed) this.#list.delete(bundle);
    bundle.isListed = bundle.renumber();
    if (bundle.isListed) {
      this.#insert(bundle);
      return;
    }
    this.#bundles.delete(bundle.share);
    bundle.share.crowded?.delete(bundle);
  }

  #insert(item: Bundle<T> | T): void {
    if (this.#bundles.size > 0 && this.#list.size > 0) this.#meet(item);
    this.#list.insert(item);
  }

  /** Prepares for another item of a class. A bundle that was alone is placed by the number that it has by now. */
  #meet(item: Bundle<T> | T): void {
    const [first, second] = this.#list.firstTwoOf(item.rank);
    if (first === undefined) return;
    if (item instanceof Bundle) crowd(item);
    if (second !== undefined || !(first instanceof Bundle)) return;
    if (first.isStale) this.#relist(first);
    crowd(first);
  }

  #noteSolitude(rank: number): void {
    if (this.#bundles.size === 0 || this.#list.size === 0) return;
    const [first, second] = this.#list.firstTwoOf(rank);
    if (second === undefined && first instanceof Bundle) first.share.crowded?.delete(first);
  }
}

function crowd<T extends Branch>(bundle: Bundle<T>): void {
  bundle.share.crowded ??= new Set();
  bundle.share.crowded.add(bundle);
}
