import type { JobLimits, JobPlace, QueueOrder } from '@philjs/jobs-core';
import { placeOf, strictOf } from '@philjs/jobs-core/backend';
import type { LimitGroup } from '../limits/limit-group.ts';
import { LimitedJobs } from '../limits/limited-jobs.ts';
import { dropCharge } from '../order/drop-charge.ts';
import { FairLineup, lineOf } from '../order/fair-lineup.ts';
import { FairShares } from '../order/fair-shares.ts';
import type { JobLineup } from '../order/job-lineup.ts';
import { FEW_SHARES } from '../order/share-head.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isBefore, type Ranked } from '../ordered-list/ranked.ts';
import { fromOffset, toOffset } from './offset.ts';
import { rareOf, type StoredJob } from './stored-job.ts';

/**
 * Keeps the waiting jobs in the order of the queue: unless it has another, higher priority first, then first in first
 * out. Jobs of names with limits
 * are kept apart ({@link LimitedJobs}), so that any number of them that may not start now delays no other job.
 */
export class WaitingLine {
  #main: JobLineup = new OrderedList<StoredJob>();
  readonly #limited: LimitedJobs;
  #order: QueueOrder | undefined;
  #revision = 0;
  /** Whether it is another order than first in, first out. */
  #isOrdered = false;
  readonly #allShares = new FairShares();
  /** The same, while the order is a fair one. */
  #shares: FairShares | undefined;
  #lastSeq = 0;
  #firstSeq = 0;
  /** The number of entries of each map of limits that are known here: such a map only grows. */
  readonly #known = new WeakMap<ReadonlyMap<string, JobLimits>, number>();

  /** `fewShares` is up to how many shares of a fair order under the same keys of limits are placed each by itself. */
  constructor(fewShares: number = FEW_SHARES) {
    this.#limited = new LimitedJobs({
      fewShares,
      lineup: (onChange) => this.#lineup(onChange, fewShares),
      onStart: (job) => this.#charge(job),
    });
  }

  /** The number of waiting jobs. */
  get size(): number {
    return this.#main.size + this.#limited.all.size;
  }

  /** Whether the jobs of any name are limited. */
  get hasLimits(): boolean {
    return this.#limited.hasAny;
  }

  /** When a job that a limit keeps waiting may start, if nothing happens before. */
  get nextAt(): number | undefined {
    return this.#limited.nextAt;
  }

  /** The order; none as long as no process has said one. */
  get order(): QueueOrder | undefined {
    return this.#order;
  }

  /** How often the order was changed. */
  get revision(): number {
    return this.#revision;
  }

  /** Changes the order, and the places of all jobs; what arrived first stays first among equal ones. */
  reorder(order: QueueOrder): void {
    const jobs = [...this.each()];
    for (const job of jobs) this.delete(job);
    this.#order = order;
    this.#revision += 1;
    this.#isOrdered = order.policy !== 'fifo';
    this.#allShares.restart();
    this.#shares = order.policy === 'fair' ? this.#allShares : undefined;
    this.#main = this.#lineup(() => undefined, 1);
    this.#limited.reorder();
    for (const job of jobs.sort((a, b) => a.seq - b.seq)) this.#insert(job, job.seq);
  }

  /** Finds the place of a waiting job. */
  placeOf(job: StoredJob, most: number): JobPlace {
    const order = this.#order ?? { policy: 'fifo' };
    const line = lineOf(job);
    if (this.#shares !== undefined && line !== undefined) {
      const otherKeys = Math.min(this.#shares.countKeys(job) - 1, most);
      return { order, ahead: countUntil(job, line.jobs.ascending(), most), otherKeys };
    }
    return { order, ahead: countUntil(job, this.iterate('oldest'), most) };
  }

  /** Adds a job behind all others of its priority. */
  push(job: StoredJob): void {
    dropCharge(job.rare);
    this.#insert(job, ++this.#lastSeq);
  }

  /** Adds a job ahead of all others of its priority. */
  pushAhead(job: StoredJob): void {
    dropCharge(job.rare);
    this.#insert(job, --this.#firstSeq);
  }

  /** Adds a job at the position it had when it was last taken out, with the turn of its key. */
  pushBack(job: StoredJob): void {
    if (this.#shares === undefined) dropCharge(job.rare);
    this.#insert(job, job.rare?.turn ?? --this.#firstSeq);
  }

  /** Changes the limits of a waiting job; its position stays. */
  change(job: StoredJob, change: () => void): void {
    this.whileMoving(() => {
      this.delete(job);
      change();
      this.#insert(job, job.seq);
    });
  }

  /** Lets jobs be taken out and put in again: their keys keep their turns in between. */
  whileMoving(move: () => void): void {
    if (this.#shares === undefined) move();
    else this.#shares.whileMoving(move);
  }

  /** Removes a job from its position. */
  delete(job: StoredJob): void {
    if (!this.#limited.delete(job)) this.#main.delete(job);
    if (this.#isOrdered && job.rare !== undefined) job.rare.own = undefined;
  }

  /** Removes the next jobs whose limits allow a start now, to be started: as many as there are, up to a number. */
  takeUpTo(most: number, now: number): StoredJob[] {
    if (!this.#limited.hasAny) return this.#takeMain(most);
    const taken: StoredJob[] = [];
    while (taken.length < most) {
      const job = this.take(now);
      if (job === undefined) break;
      taken.push(job);
    }
    return taken;
  }

  #takeMain(most: number): StoredJob[] {
    const taken = this.#main.shiftUpTo(most);
    if (!this.#isOrdered) return taken;
    // Jobs that have waited long are in no cache: in a loop of its own the processor fetches several at once.
    for (let index = 0; index < taken.length; index++) leaveOrder(taken[index] as StoredJob);
    return taken;
  }

  /** Removes the next job whose limits allow a start now, to be started. */
  take(now: number): StoredJob | undefined {
    const limited = this.#limited;
    if (!limited.hasAny) return this.#takeMain(1)[0];
    limited.pass(now);
    for (let first = limited.first(); first !== undefined; first = limited.first()) {
      const plain = this.#main.head();
      if (plain !== undefined && isBefore(plain, first)) break;
      const job = limited.takeFirst(now);
      if (job === undefined) continue;
      leaveOrder(job);
      return job;
    }
    return this.#takeMain(1)[0];
  }

  #charge(job: StoredJob): void {
    const line = lineOf(job);
    if (line !== undefined) this.#shares?.start(line.share, job);
  }

  /**
   * Records that a job is no longer active, and whether it started to run; returns whether that may allow a waiting
   * job to start.
   */
  ended(job: StoredJob, started = true): boolean {
    const { rare } = job;
    if (rare !== undefined && rare.chargedAt !== 0) {
      if (started) dropCharge(rare);
      else this.#shares?.giveBack(job, rare);
    }
    return this.#limited.group(job.name)?.ended(job, started) ?? false;
  }

  /** Lets an active job of a strict key keep its slot when it leaves: it starts again without waiting for one. */
  holdKey(job: StoredJob): void {
    const { rare } = job;
    if (strictOf(rare?.concurrencyKey) === undefined || rare === undefined) return;
    if (this.#limited.group(job.name) === undefined) return;
    rare.heldKey = rare.concurrencyKey;
    rare.concurrencyKey = undefined;
  }

  /** Frees the slot of the strict key that a job holds, if it holds one; returns whether it did. */
  freeKey(job: StoredJob): boolean {
    const { rare } = job;
    if (rare?.heldKey === undefined) return false;
    rare.concurrencyKey = rare.heldKey;
    rare.heldKey = undefined;
    this.#limited.group(job.name)?.free(rare.concurrencyKey);
    return true;
  }

  /** Takes over the limits of names that have none yet, given the active jobs. */
  adopt(limits: ReadonlyMap<string, JobLimits>, active: Iterable<StoredJob>): void {
    if (this.#known.get(limits) === limits.size) return;
    this.#known.set(limits, limits.size);
    this.#addGroups(limits.keys(), active);
    this.#limited.learn(limits);
  }

  /** Finds the limits of a name, if it has any. */
  limitsOf(name: string): LimitGroup | undefined {
    return this.#limited.group(name);
  }

  /** Keeps the jobs of a name apart from now on, given the active jobs; returns its limits. */
  openLimits(name: string, active: Iterable<StoredJob>): LimitGroup {
    this.#addGroups([name], active);
    return this.#limited.group(name) as LimitGroup;
  }

  /** Iterates over the waiting jobs in queue order, or backwards, from behind a key. */
  *iterate(order: 'newest' | 'oldest', from?: Ranked): Generator<StoredJob, void, undefined> {
    const along = (list: JobLineup): Iterator<StoredJob, void, undefined> =>
      order === 'oldest' ? list.ascending(from) : list.descending(from);
    const [main, limited] = [along(this.#main), along(this.#limited.all)];
    let [one, other] = [main.next().value, limited.next().value];
    while (one !== undefined || other !== undefined) {
      const isOne =
        one !== undefined && (other === undefined || isBefore(one, other) === (order === 'oldest'));
      yield (isOne ? one : other) as StoredJob;
      if (isOne) one = main.next().value;
      else other = limited.next().value;
    }
  }

  /** Iterates over the waiting jobs in any order: in a fair one that costs less than the queue order. */
  *each(): Generator<StoredJob, void, undefined> {
    yield* this.#main.each();
    yield* this.#limited.all.each();
  }

  #insert(job: StoredJob, seq: number): void {
    job.seq = seq;
    job.rank = 0 - job.kind.priority;
    if (this.#isOrdered) this.#number(job);
    if (!this.#limited.insert(job)) this.#main.insert(job);
  }

  /** Gives a job its class and, in an order where that does not change, its number. */
  #number(job: StoredJob): void {
    const rare = rareOf(job);
    if (this.#shares !== undefined || this.#order === undefined) return;
    rare.arrived ??= toOffset(job.runAt);
    const arrivedAt = fromOffset(rare.arrived);
    const facts = { priority: job.kind.priority, arrivedAt, order: rare.order };
    const [rank, number] = placeOf(this.#order, facts);
    job.rank = rank;
    rare.own = toOffset(number);
  }

  #lineup(onChange: () => void, most: number): JobLineup {
    const shares = this.#shares;
    return shares === undefined
      ? new OrderedList<StoredJob>()
      : new FairLineup(shares, onChange, most);
  }

  #addGroups(names: Iterable<string>, active: Iterable<StoredJob>): void {
    const fresh = this.#limited.addGroups(names, active);
    if (fresh.size === 0 || this.#main.size === 0) return;
    this.whileMoving(() => {
      for (const job of this.#main.extract((waiting) => fresh.has(waiting.name))) {
        this.#limited.insert(job);
      }
    });
  }
}

/** Counts the jobs before a job, up to a bound. */
function countUntil(job: StoredJob, jobs: Iterable<StoredJob>, most: number): number {
  let ahead = 0;
  for (const other of jobs) {
    if (other === job || ahead === most) break;
    ahead += 1;
  }
  return ahead;
}

/** Notes in a job that was taken out its position. */
function leaveOrder(job: StoredJob): void {
  const rare = rareOf(job);
  rare.turn = job.seq;
  rare.line = undefined;
  rare.own = undefined;
}
