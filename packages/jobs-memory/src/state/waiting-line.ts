import type { JobLimits } from '@philjs/jobs-core/backend';
import type { LimitGroup } from '../limits/limit-group.ts';
import { LimitedJobs } from '../limits/limited-jobs.ts';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isBefore, type Ranked } from '../ordered-list/ranked.ts';
import { rareOf, type StoredJob } from './stored-job.ts';

/**
 * Keeps the waiting jobs in queue order: higher priority first, then first in first out. Jobs of names with limits
 * are kept apart ({@link LimitedJobs}), so that any number of them that may not start now delays no other job.
 */
export class WaitingLine {
  readonly #main = new OrderedList<StoredJob>();
  readonly #limited = new LimitedJobs();
  #lastSeq = 0;
  #firstSeq = 0;
  /** The number of entries of each map of limits that are known here: such a map only grows. */
  readonly #known = new WeakMap<ReadonlyMap<string, JobLimits>, number>();

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

  /** Adds a job behind all others of its priority. */
  push(job: StoredJob): void {
    this.#insert(job, ++this.#lastSeq);
  }

  /** Adds a job ahead of all others of its priority. */
  pushAhead(job: StoredJob): void {
    this.#insert(job, --this.#firstSeq);
  }

  /** Adds a job at the position it had when it was last taken out. */
  pushBack(job: StoredJob): void {
    this.#insert(job, job.rare?.turn ?? --this.#firstSeq);
  }

  /** Changes the limits of a waiting job; its position stays. */
  change(job: StoredJob, change: () => void): void {
    this.delete(job);
    change();
    this.#insert(job, job.seq);
  }

  /** Removes a job from its position. */
  delete(job: StoredJob): void {
    if (!this.#limited.delete(job)) this.#main.delete(job);
  }

  /** Removes the next job whose limits allow a start now, to be started. */
  take(now: number): StoredJob | undefined {
    const limited = this.#limited;
    if (!limited.hasAny) return this.#main.shift();
    limited.pass(now);
    for (let first = limited.first(); first !== undefined; first = limited.first()) {
      const plain = this.#main.first();
      if (plain !== undefined && isBefore(plain, first)) break;
      const job = limited.takeFirst(now);
      if (job === undefined) continue;
      rareOf(job).turn = job.seq;
      return job;
    }
    return this.#main.shift();
  }

  /**
   * Records that a job is no longer active, and whether it started to run; returns whether that may allow a waiting
   * job to start.
   */
  ended(job: StoredJob, started = true): boolean {
    const group = this.#limited.group(job.name);
    if (group === undefined) return false;
    group.ended(job, started);
    return group.size > 0;
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
    const along = (list: OrderedList<StoredJob>): Generator<StoredJob, void, undefined> =>
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

  #insert(job: StoredJob, seq: number): void {
    job.seq = seq;
    job.rank = 0 - job.kind.priority;
    if (!this.#limited.insert(job)) this.#main.insert(job);
  }

  #addGroups(names: Iterable<string>, active: Iterable<StoredJob>): void {
    const fresh = this.#limited.addGroups(names, active);
    if (fresh.size === 0 || this.#main.size === 0) return;
    for (const job of this.#main.extract((waiting) => fresh.has(waiting.name))) {
      this.#limited.insert(job);
    }
  }
}
