import type { Numbered, Share } from '../order/fair-shares.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { Branch } from './branches.ts';

/** Holds the branches whose next jobs all belong to one share, sorted among others by the number of the share. */
export class Bundle<T extends Branch> implements Ranked, Numbered {
  readonly share: Share;
  readonly #onRekey: (bundle: Bundle<T>) => void;
  /** Sorted by the arrival of their next jobs: no start changes that. */
  readonly branches: OrderedList<T> = new OrderedList();
  rank = 0;
  number: number | undefined = undefined;
  since: number | undefined = undefined;
  seq = 0;
  isListed = false;

  constructor(share: Share, onRekey: (bundle: Bundle<T>) => void) {
    this.share = share;
    this.#onRekey = onRekey;
  }

  /** Whether the number of the share has changed since it was placed. */
  get isStale(): boolean {
    return this.since !== this.share.since;
  }

  /** Has it placed again after a turn of its share was given back. */
  rekey(): void {
    this.#onRekey(this);
  }

  /** Takes over the position of its first job; returns whether there is one. It must be in no list. */
  renumber(): boolean {
    const head = this.branches.first()?.head();
    if (head === undefined) return false;
    this.rank = head.rank;
    this.number = head.number;
    this.since = head.since;
    this.seq = head.seq;
    return true;
  }
}
