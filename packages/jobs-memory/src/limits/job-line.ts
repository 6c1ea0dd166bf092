import type { JobLineup } from '../order/job-lineup.ts';
import type { ShareHead } from '../order/share-head.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { Branch } from './branches.ts';
import type { Entry } from './bundle.ts';
import type { KeySlots } from './key-slots.ts';

/** Holds the waiting jobs of one name, one rate key and one concurrency key: if one may start, all may. */
export class JobLine implements Branch {
  readonly concurrencyKey: string | undefined;
  jobs: JobLineup;
  rank = 0;
  number: number | undefined = undefined;
  since: number | undefined = undefined;
  seq = 0;
  isListed = false;
  entries: readonly Entry<unknown>[] | undefined = undefined;
  /** The slots it is waiting for, while the allowed number of jobs of its key is active. */
  parkedAt: KeySlots | undefined;

  constructor(concurrencyKey: string | undefined, jobs: JobLineup) {
    this.concurrencyKey = concurrencyKey;
    this.jobs = jobs;
  }

  head(): Ranked | undefined {
    return this.parkedAt === undefined ? this.jobs.head() : undefined;
  }

  heads(): readonly ShareHead[] | undefined {
    return this.parkedAt === undefined ? this.jobs.heads?.() : undefined;
  }
}
