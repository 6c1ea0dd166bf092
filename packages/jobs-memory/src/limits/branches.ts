import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';

/** A part of the waiting jobs that stands among others by the first job it has to offer. */
export interface Branch extends Ranked {
  rank: number;
  seq: number;
  /** Whether it is in the list; kept by {@link Branches}. */
  isListed: boolean;
  /** Returns where the first job stands that it has to offer, if there is one. */
  head(): Ranked | undefined;
}

/** Keeps those of its branches that have a job to offer, by the turn of that job. */
export class Branches<T extends Branch> {
  readonly #list = new OrderedList<T>();

  /** Returns the branch whose job is next. */
  first(): T | undefined {
    return this.#list.first();
  }

  /** Puts a branch where its first job belongs, after that changed; or out of the way when it offers none. */
  place(branch: T): void {
    const head = branch.head();
    if (branch.isListed) {
      if (head !== undefined && head.rank === branch.rank && head.seq === branch.seq) return;
      this.#list.delete(branch);
      branch.isListed = false;
    }
    if (head === undefined) return;
    branch.rank = head.rank;
    branch.seq = head.seq;
    branch.isListed = true;
    this.#list.insert(branch);
  }
}
