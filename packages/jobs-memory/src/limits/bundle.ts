import { fairNumber } from '@philjs/jobs-core/backend';
import type { Numbered, Share } from '../order/fair-shares.ts';
import type { ShareHead } from '../order/share-head.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';

/** Is the next job of a share in one branch. */
export interface Entry<T> extends Ranked, ShareHead {
  readonly branch: T;
}

/** Holds the next jobs of one share in all branches, sorted among others by the number of the share. */
export class Bundle<T> implements Ranked, Numbered {
  readonly share: Share;
  readonly #onRekey: (bundle: Bundle<T>) => void;
  /** Sorted by arrival: no start changes that. */
  readonly entries: OrderedList<Entry<T>> = new OrderedList();
  readonly rank: number;
  number = 0;
  since = 0;
  seq = 0;

  constructor(share: Share, onRekey: (bundle: Bundle<T>) => void) {
    this.share = share;
    this.rank = share.cls.rank;
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

  /** Takes over the position of its first job. It must be in no list. */
  renumber(): void {
    const { seq = 0, weight = 1 } = this.entries.first() ?? {};
    this.number = fairNumber(this.share.base, { weight });
    this.since = this.share.since;
    this.seq = seq;
  }
}
