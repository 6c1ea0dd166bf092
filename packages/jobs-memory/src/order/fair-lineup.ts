import { fairNumber } from '@philjs/jobs-core/backend';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from '../state/stored-job.ts';
import type { FairShares, Share } from './fair-shares.ts';
import type { JobLineup } from './job-lineup.ts';
import { mergeJobs } from './merge-jobs.ts';

/** Holds the waiting jobs of one share in one lineup, sorted among other lines by the number of the first. */
export class FairLine implements Ranked {
  readonly lineup: FairLineup;
  readonly share: Share;
  readonly jobs: OrderedList<StoredJob> = new OrderedList();
  rank = 0;
  number = 0;
  since = 0;
  seq = 0;

  constructor(lineup: FairLineup, share: Share) {
    this.lineup = lineup;
    this.share = share;
  }
}

/** Keeps waiting jobs in a fair order: a line for each class and key, and the lines by the numbers of their heads. */
export class FairLineup implements JobLineup {
  readonly #shares: FairShares;
  readonly #onChange: () => void;
  readonly #byShare = new Map<Share, FairLine>();
  readonly #lines = new OrderedList<FairLine>();
  size = 0;

  constructor(shares: FairShares, onChange: () => void) {
    this.#shares = shares;
    this.#onChange = onChange;
  }

  head(): Ranked | undefined {
    return this.#first();
  }

  first(): StoredJob | undefined {
    return this.#first()?.jobs.first();
  }

  insert(job: StoredJob): void {
    const share = this.#shares.join(job, this);
    let line = this.#byShare.get(share);
    if (line === undefined) {
      line = new FairLine(this, share);
      this.#byShare.set(share, line);
    }
    const before = line.jobs.first();
    line.jobs.insert(job);
    if (job.rare !== undefined) job.rare.line = line;
    this.size += 1;
    if (before === undefined) this.#list(line);
    else if (line.jobs.first() !== before) this.#place(line);
  }

  delete(job: StoredJob): boolean {
    const line = job.rare?.line;
    if (line?.lineup !== this || job.rare === undefined) return false;
    job.rare.line = undefined;
    this.size -= 1;
    const isFirst = line.jobs.first() === job;
    if (isFirst) line.jobs.shift();
    else line.jobs.delete(job);
    if (line.jobs.size === 0) {
      this.#unlist(line);
      this.#byShare.delete(line.share);
    } else if (isFirst) this.#place(line);
    this.#shares.leave(line.share);
    return true;
  }

  shift(): StoredJob | undefined {
    const job = this.first();
    if (job !== undefined) this.delete(job);
    return job;
  }

  extract(matches: (job: StoredJob) => boolean): StoredJob[] {
    const taken = [...this.ascending()].filter(matches);
    for (const job of taken) this.delete(job);
    return taken;
  }

  ascending(after?: Ranked): Generator<StoredJob, void, undefined> {
    const lists = Array.from(this.#byShare.values(), ({ jobs }) => jobs.ascending(after));
    return mergeJobs(lists, 1);
  }

  descending(before?: Ranked): Generator<StoredJob, void, undefined> {
    const lists = Array.from(this.#byShare.values(), ({ jobs }) => jobs.descending(before));
    return mergeJobs(lists, -1);
  }

  /** Places the line of a share whose turn was given back. */
  rekey(share: Share): void {
    const line = this.#byShare.get(share);
    if (line === undefined) return;
    this.#place(line);
    this.#onChange();
  }

  /** Returns the first line. Those whose share has started a job of another lineup meanwhile are placed first. */
  #first(): FairLine | undefined {
    let first = this.#lines.first();
    while (first !== undefined && first.since !== first.share.since) {
      this.#place(first);
      first = this.#lines.first();
    }
    return first;
  }

  #place(line: FairLine): void {
    this.#unlist(line);
    this.#list(line);
  }

  #unlist(line: FairLine): void {
    // It is nearly always the first one.
    if (this.#lines.first() === line) this.#lines.shift();
    else this.#lines.delete(line);
  }

  #list(line: FairLine): void {
    const { share, jobs } = line;
    const head = jobs.first() as StoredJob;
    line.rank = share.cls.rank;
    line.number = fairNumber(share.base, head.rare?.order);
    line.since = share.since;
    line.seq = head.seq;
    this.#lines.insert(line);
  }
}
