import type { Retention } from '@philjs/jobs-core';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from './stored-job.ts';

/** The number of jobs one finish removes at most: a lowered limit is reached a few finishes later. */
const MOST_REMOVED = 500;

/** Keeps the jobs of one final state, by when they finished: all together, and by name. */
export class FinishedJobs {
  readonly #all = new OrderedList<StoredJob>();
  readonly #byName = new Map<string, OrderedList<StoredJob>>();
  readonly #onRemoved: (job: StoredJob) => void;

  /** Calls back with each job that is removed. */
  constructor(onRemoved: (job: StoredJob) => void) {
    this.#onRemoved = onRemoved;
  }

  /** The number of jobs. */
  get size(): number {
    return this.#all.size;
  }

  /** Iterates over all after a key, the earliest finished first. */
  ascending(from?: Ranked): Iterable<StoredJob> {
    return this.#all.ascending(from);
  }

  /** Iterates over all before a key, the latest finished first. */
  descending(from?: Ranked): Iterable<StoredJob> {
    return this.#all.descending(from);
  }

  /** Adds a job that finished after all others, and removes those beyond the retention. */
  add(job: StoredJob, keep: Retention, now: number): void {
    let ofName = this.#byName.get(job.name);
    if (ofName === undefined) {
      ofName = new OrderedList();
      this.#byName.set(job.name, ofName);
    }
    this.#all.insert(job);
    ofName.insert(job);
    let left = MOST_REMOVED;
    const oldest = now - keep.ageMs;
    for (let first = ofName.first(); first !== undefined && left > 0; first = ofName.first()) {
      if (ofName.size <= keep.count && (first.finishedAt ?? now) >= oldest) break;
      this.#remove(first);
      left -= 1;
    }
    const { total = Number.POSITIVE_INFINITY } = keep;
    for (; this.#all.size > total && left > 0; left -= 1) {
      const first = this.#all.first();
      if (first !== undefined) this.#remove(first);
    }
  }

  /** Takes a job out. */
  delete(job: StoredJob): void {
    // It is nearly always the first one.
    if (this.#all.first() === job) this.#all.shift();
    else this.#all.delete(job);
    const ofName = this.#byName.get(job.name);
    if (ofName === undefined) return;
    if (ofName.first() === job) ofName.shift();
    else ofName.delete(job);
    if (ofName.size === 0) this.#byName.delete(job.name);
  }

  /** Removes those whose retention time is over, oldest first for each name. */
  dropExpired(now: number, retentionOf: (job: StoredJob) => Retention): void {
    for (const ofName of [...this.#byName.values()]) {
      let job = ofName.first();
      while (job?.finishedAt !== undefined && job.finishedAt + retentionOf(job).ageMs < now) {
        this.#remove(job);
        job = ofName.first();
      }
    }
  }

  #remove(job: StoredJob): void {
    this.delete(job);
    this.#onRemoved(job);
  }
}
