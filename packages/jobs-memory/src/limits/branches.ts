import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isSameKey, type Ranked } from '../ordered-list/ranked.ts';

/** Is a part of the waiting jobs, sorted among other parts by the first job it can offer. */
export interface Branch extends Ranked {
  rank: number;
  number: number | undefined;
  since: number | undefined;
  seq: number;
  /** Whether it is in the list; kept by {@link Branches}. */
  isListed: boolean;
  /** Returns the position of the first job it can offer, if there is one. */
  head(): Ranked | undefined;
}

/** Keeps those branches that have a job to offer, sorted by the position of that job. */
export class Branches<T extends Branch> {
  readonly #list = new OrderedList<T>();

  /** Returns the branch whose job is next. */
  first(): T | undefined {
    return this.#list.first();
  }

  /** Moves a branch to the position of its first job, after that changed; removes it when it offers none. */
  place(branch: T): void {
    const head = branch.head();
    if (branch.isListed) {
      if (head !== undefined && isSameKey(head, branch)) return;
      this.#list.delete(branch);
      branch.isListed = false;
    }
    if (head === undefined) return;
    branch.rank = head.rank;
    branch.number = head.number;
    branch.since = head.since;
    branch.seq = head.seq;
    branch.isListed = true;
    this.#list.insert(branch);
  }
}
