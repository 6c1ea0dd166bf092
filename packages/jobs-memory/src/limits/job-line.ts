import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import type { Branch } from './branches.ts';
import type { KeySlots } from './key-slots.ts';

/** Holds the waiting jobs of one name, one rate key and one concurrency key: if one may start, all may. */
export class JobLine implements Branch {
  readonly concurrencyKey: string | undefined;
  readonly jobs: OrderedList<StoredJob> = new OrderedList();
  rank = 0;
  seq = 0;
  isListed = false;
  /** The slots it is waiting for, while the allowed number of jobs of its key is active. */
  parkedAt: KeySlots | undefined;

  constructor(concurrencyKey: string | undefined) {
    this.concurrencyKey = concurrencyKey;
  }

  head(): Ranked | undefined {
    return this.parkedAt === undefined ? this.jobs.first() : undefined;
  }
}
