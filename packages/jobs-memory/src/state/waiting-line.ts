import type { JobLimits } from '@philjs/jobs-core';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isBefore, type Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from './stored-job.ts';

/** The waiting jobs of a name whose concurrency is limited. */
interface Lane {
  readonly name: string;
  readonly jobs: OrderedList<StoredJob>;
  /** How many jobs of the name are active. */
  active: number;
}

/**
 * Keeps the waiting jobs by turn: higher priority first, then first in first out. The jobs of a name
 * with limited concurrency stand in a lane of their own, so that any number of them over their limit
 * is passed by at the cost of one look at each lane.
 */
export class WaitingLine {
  readonly #main = new OrderedList<StoredJob>();
  readonly #lanes = new Map<string, Lane>();
  #size = 0;
  #lastSeq = 0;
  #firstSeq = 0;
  #knownLimits: ReadonlyMap<string, JobLimits> | undefined;
  #knownCount = 0;

  /** How many jobs wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds a job behind all others of its priority. */
  push(job: StoredJob): void {
    job.seq = ++this.#lastSeq;
    this.#insert(job);
  }

  /** Adds a job ahead of all others of its priority. */
  pushAhead(job: StoredJob): void {
    job.seq = --this.#firstSeq;
    this.#insert(job);
  }

  /** Takes a job out of its turn. */
  delete(job: StoredJob): void {
    if (this.#listOf(job).delete(job)) this.#size -= 1;
  }

  /** Takes out the job whose turn it is, of a name that has room under its limit, to be started. */
  take(limits: ReadonlyMap<string, JobLimits>): StoredJob | undefined {
    const job = this.#lanes.size === 0 ? this.#main.shift() : this.#bestList(limits)?.shift();
    if (job === undefined) return undefined;
    this.#size -= 1;
    if (this.#lanes.size > 0) {
      const lane = this.#lanes.get(job.name);
      if (lane !== undefined) lane.active += 1;
    }
    return job;
  }

  /** Notes that a job is no longer active; answers whether that made room for a waiting one. */
  ended(job: StoredJob): boolean {
    if (this.#lanes.size === 0) return false;
    const lane = this.#lanes.get(job.name);
    if (lane === undefined) return false;
    lane.active -= 1;
    return lane.jobs.size > 0;
  }

  /**
   * Makes lanes for names that were not limited before, moving their waiting jobs once. Limits only
   * ever grow in number, so a map of the size seen last is not looked at again.
   */
  adopt(limits: ReadonlyMap<string, JobLimits>, active: Iterable<StoredJob>): void {
    if (limits === this.#knownLimits && limits.size === this.#knownCount) return;
    this.#knownLimits = limits;
    this.#knownCount = limits.size;
    const fresh = new Map<string, Lane>();
    for (const name of limits.keys()) {
      if (!this.#lanes.has(name)) fresh.set(name, { name, jobs: new OrderedList(), active: 0 });
    }
    if (fresh.size === 0) return;
    for (const job of active) {
      const lane = fresh.get(job.name);
      if (lane !== undefined) lane.active += 1;
    }
    for (const job of this.#main.extract((waiting) => fresh.has(waiting.name))) {
      fresh.get(job.name)?.jobs.insert(job);
    }
    for (const lane of fresh.values()) this.#lanes.set(lane.name, lane);
  }

  /** Iterates over the waiting jobs by turn, or backwards, from behind a key. */
  *iterate(order: 'newest' | 'oldest', from?: Ranked): Generator<StoredJob, void, undefined> {
    const lists = [this.#main, ...[...this.#lanes.values()].map((lane) => lane.jobs)];
    const sources = lists.map((list) =>
      order === 'oldest' ? list.ascending(from) : list.descending(from),
    );
    const heads = sources.map((source) => source.next().value ?? undefined);
    for (;;) {
      let best = -1;
      for (const [index, head] of heads.entries()) {
        if (head === undefined) continue;
        const leader = heads[best];
        if (leader === undefined || isBefore(head, leader) === (order === 'oldest')) best = index;
      }
      const job = heads[best];
      if (job === undefined) return;
      heads[best] = sources[best]?.next().value ?? undefined;
      yield job;
    }
  }

  #insert(job: StoredJob): void {
    job.rank = 0 - job.kind.priority;
    this.#listOf(job).insert(job);
    this.#size += 1;
  }

  #listOf(job: StoredJob): OrderedList<StoredJob> {
    if (this.#lanes.size === 0) return this.#main;
    return this.#lanes.get(job.name)?.jobs ?? this.#main;
  }

  /** Finds the list whose first job is next, of those with room. */
  #bestList(limits: ReadonlyMap<string, JobLimits>): OrderedList<StoredJob> | undefined {
    let best = this.#main;
    let head = best.first();
    for (const lane of this.#lanes.values()) {
      const candidate = lane.jobs.first();
      if (candidate === undefined) continue;
      const limit = limits.get(lane.name)?.concurrency;
      if (limit !== undefined && lane.active >= limit) continue;
      if (head === undefined || isBefore(candidate, head)) {
        best = lane.jobs;
        head = candidate;
      }
    }
    return best;
  }
}
