import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import { rareOf, type StoredJob } from '../state/stored-job.ts';
import { dropCharge } from './drop-charge.ts';
import type { FairShares, Numbered, Share } from './fair-shares.ts';
import type { JobLineup } from './job-lineup.ts';
import type { ShareHead } from './share-head.ts';

/** Holds the waiting jobs of one share in one lineup, sorted among other lines by the number of the first. */
export class FairLine implements Ranked, Numbered {
  /** Is always there: without any, a full garbage collection would drop the layout, and all code compiled for it. */
  static readonly sample: FairLine = new FairLine({} as FairLineup, {} as Share);
  readonly lineup: FairLineup;
  readonly share: Share;
  /** By arrival. */
  readonly jobs: OrderedList<StoredJob> = new OrderedList();
  rank = 0;
  number = 0;
  since = 0;

  constructor(lineup: FairLineup, share: Share) {
    this.lineup = lineup;
    this.share = share;
  }

  /** The position of its first job. It decides between the lines of one share in several lineups only. */
  get seq(): number {
    return this.jobs.first()?.seq ?? 0;
  }

  /** Places it again after a turn of its share was given back. */
  rekey(): void {
    this.lineup.rekey(this);
  }
}

/** Keeps waiting jobs in a fair order: a line for each class and key, and the lines by the numbers of their heads. */
export class FairLineup implements JobLineup {
  readonly #shares: FairShares;
  readonly #onChange: () => void;
  readonly #most: number;
  readonly #lines = new OrderedList<FairLine>();
  /** All jobs by class and arrival, for lists. */
  readonly #all = new OrderedList<StoredJob>();
  /** How many lines it has besides those that are the first of their shares. */
  #others = 0;

  /** `most` is up to how many shares of a class it is asked for the jobs of one: then their order does not matter. */
  constructor(shares: FairShares, onChange: () => void, most: number) {
    this.#shares = shares;
    this.#onChange = onChange;
    this.#most = most;
  }

  get size(): number {
    return this.#all.size;
  }

  head(): Ranked | undefined {
    return this.#first();
  }

  heads(): readonly ShareHead[] | undefined {
    const first = this.#lines.first();
    if (first === undefined || this.#lines.hasMoreThan(this.#most)) return undefined;
    return this.#lines.ofRank(first.rank, this.#most).map(headOf);
  }

  firstOf(share: Share): StoredJob | undefined {
    return this.#lineOf(share)?.jobs.first();
  }

  first(): StoredJob | undefined {
    return this.#first()?.jobs.first();
  }

  insert(job: StoredJob): void {
    const share = this.#shares.join(job);
    const line = this.#lineOf(share) ?? this.#makeLine(share);
    line.jobs.insert(job);
    const isFirst = line.jobs.first() === job;
    const rare = rareOf(job);
    rare.line = line;
    dropCharge(rare);
    if (isFirst && line.jobs.size === 1) this.#list(line);
    else if (isFirst) this.#place(line);
    this.#all.insert(job);
  }

  delete(job: StoredJob): boolean {
    const line = lineOf(job);
    if (line?.lineup !== this) return false;
    if (line.jobs.first() === job) {
      this.#unlist(line);
      line.jobs.shift();
      if (line.jobs.size > 0) this.#list(line);
    } else line.jobs.delete(job);
    this.#all.delete(job);
    this.#left(line);
    if (job.rare?.line === line) job.rare.line = undefined;
    return true;
  }

  shiftUpTo(most: number): StoredJob[] {
    const taken: StoredJob[] = [];
    for (let first = this.#first(); first !== undefined; first = this.#first()) {
      const left = most - taken.length;
      if (left === 0) break;
      if (this.#lines.size === 1) this.#shiftOnly(first, left, taken);
      else this.#shiftRound(this.#shares.isWeighted ? 1 : left, taken);
    }
    for (let index = 0; index < taken.length; index++) this.#all.delete(taken[index] as StoredJob);
    return taken;
  }

  extract(matches: (job: StoredJob) => boolean): StoredJob[] {
    const taken = [...this.#all.ascending()].filter(matches);
    for (const job of taken) this.delete(job);
    return taken;
  }

  each(): Iterable<StoredJob> {
    return this.#all.ascending();
  }

  ascending(after?: Ranked): Iterator<StoredJob, void, undefined> {
    return this.#all.ascending(after);
  }

  descending(before?: Ranked): Iterator<StoredJob, void, undefined> {
    return this.#all.descending(before);
  }

  /** Places a line again after a turn of its share was given back. */
  rekey(line: FairLine): void {
    this.#place(line);
    this.#onChange();
  }

  /** Takes jobs out of the only line, which stays where it is. */
  #shiftOnly(line: FairLine, most: number, taken: StoredJob[]): void {
    const count = Math.min(most, line.jobs.size);
    for (let index = 0; index < count; index++) {
      const job = line.jobs.shift() as StoredJob;
      this.#shares.start(line.share, job);
      taken.push(job);
    }
    if (line.jobs.size > 0) this.#number(line);
    else this.#lines.shift();
    this.#left(line);
  }

  /**
   * Takes one job out of each of the first lines. Without weights, a line of which a job has started goes behind all others of
   * its class. Loops that do little each: lines of many keys are in no cache, and the processor fetches several at once.
   */
  #shiftRound(most: number, taken: StoredJob[]): void {
    const lines = this.#shiftLines(most);
    const before = taken.length;
    for (let index = 0; index < lines.length; index++) {
      taken.push((lines[index] as FairLine).jobs.shift() as StoredJob);
    }
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as FairLine;
      this.#shares.start(line.share, taken[before + index] as StoredJob);
      if (line.jobs.size > 0) this.#list(line);
      this.#left(line);
    }
  }

  /** Takes the first lines of the first class out of the list, up to a number. */
  #shiftLines(most: number): FairLine[] {
    const lines: FairLine[] = [];
    while (lines.length < most) {
      const first = this.#first();
      if (first === undefined || first.rank !== (lines[0] ?? first).rank) break;
      this.#lines.shift();
      lines.push(first);
    }
    return lines;
  }

  /** Forgets a line that jobs have left, and its share, if it is empty and so in no list. */
  #left(line: FairLine): void {
    if (line.jobs.size > 0) return;
    this.#forget(line);
    this.#shares.leave(line.share);
  }

  #lineOf({ line, others }: Share): FairLine | undefined {
    return line?.lineup === this ? line : others?.get(this);
  }

  #makeLine(share: Share): FairLine {
    const line = new FairLine(this, share);
    if (share.line === undefined) share.line = line;
    else {
      share.others ??= new Map();
      share.others.set(this, line);
      this.#others += 1;
    }
    if (this.#others > 0 && this.#lines.size > 0) this.#meet(line);
    return line;
  }

  /** Prepares for another line of a class. Where they were few, they are placed by the numbers that they have by now. */
  #meet(line: FairLine): void {
    const known = this.#lines.ofRank(line.share.cls.rank, this.#most + 1);
    if (known.length < this.#most) return;
    crowd(line);
    if (known.length > this.#most) return;
    for (const one of known) {
      if (one.since !== one.share.since) this.#place(one);
      crowd(one);
    }
  }

  #forget(line: FairLine): void {
    const { share } = line;
    if (share.line === line) share.line = undefined;
    else {
      share.others?.delete(this);
      share.crowded?.delete(line);
      this.#others -= 1;
    }
    if (this.#others === 0 || this.#lines.size === 0) return;
    const left = this.#lines.ofRank(share.cls.rank, this.#most + 1);
    if (left.length <= this.#most) for (const one of left) one.share.crowded?.delete(one);
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
    this.#number(line);
    this.#lines.insert(line);
  }

  #number(line: FairLine): void {
    const { share } = line;
    line.rank = share.cls.rank;
    line.number = this.#shares.numberOf(share, line.jobs.first());
    line.since = share.since;
  }
}

function crowd(line: FairLine): void {
  const { share } = line;
  if (share.line === line) return;
  share.crowded ??= new Set();
  share.crowded.add(line);
}

function headOf({ share, jobs }: FairLine): ShareHead {
  const { seq = 0, rare } = jobs.first() ?? {};
  return { share, seq, weight: rare?.order?.weight ?? 1 };
}

/** Returns the line in which a job is waiting. */
export function lineOf({ rare }: StoredJob): FairLine | undefined {
  return rare?.line;
}
