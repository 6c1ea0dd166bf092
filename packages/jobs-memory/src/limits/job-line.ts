import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import type { Branch } from './branches.ts';
import type { KeySlots } from './key-slots.ts';

/** The waiting jobs of one name, one rate key and one concurrency key: what one may start, all may. */
export class JobLine implements Branch {
  readonly concurrencyKey: string | undefined;
  readonly jobs: OrderedList<StoredJob> = new OrderedList();
  rank = 0;
  seq = 0;
  isListed = false;
  /** What it waits for, while as many jobs of its key are active as may be. */
  parkedAt: KeySlots | undefined;

  constructor(concurrencyKey: string | undefined) {
    this.concurrencyKey = concurrencyKey;
  }

  head(): Ranked | undefined {
    return this.parkedAt === undefined ? this.jobs.first() : undefined;
  }
}
