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
      if (head !== undefined && share === branch.share && this.#stays(branch, head)) return;
      this.#remove(branch);
    }
    if (head === undefined) return;
    branch.isListed = true;
    branch.share = share;
    branch.rank = head.rank;
    branch.seq = head.seq;
    branch.number = share === undefined ? head.number : undefined;
    branch.since = share === undefined ? head.since : undefined;
    if (share === undefined) this.#list.insert(branch);
    else this.#bundle(branch, share);
  }

  /** Returns whether a branch stays where it is. If so, its bundle is placed again where its share's number changed. */
  #stays(branch: T, head: Ranked): boolean {
    if (branch.share === undefined) return isSameKey(head, branch);
    if (head.seq !== branch.seq) return false;
    const bundle = this.#bundles.get(branch.share);
    if (bundle?.isStale === true) this.#relist(bundle);
    return true;
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
      bundle = new Bundle(share);
      this.#bundles.set(share, bundle);
    }
    bundle.branches.insert(branch);
    if (bundle.branches.first() === branch) this.#relist(bundle);
  }

  #relist(bundle: Bundle<T>): void {
    if (bundle.isListed) this.#list.delete(bundle);
    bundle.isListed = bundle.renumber();
    if (bundle.isListed) this.#list.insert(bundle);
    else this.#bundles.delete(bundle.share);
  }
}
