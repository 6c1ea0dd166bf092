import type { Retention } from '@philjs/jobs-core';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import type { Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from './stored-job.ts';

/** How many jobs one finish removes at most: a limit that is lowered is kept a few finishes later. */
const MOST_REMOVED = 500;

/** Keeps the jobs that ended one way, by when they did: all together, and those of each name. */
export class FinishedJobs {
  readonly #all = new OrderedList<StoredJob>();
  readonly #byName = new Map<string, OrderedList<StoredJob>>();
  readonly #onRemoved: (job: StoredJob) => void;

  /** Calls back with each job that is not kept any longer. */
  constructor(onRemoved: (job: StoredJob) => void) {
    this.#onRemoved = onRemoved;
  }

  /** How many there are. */
  get size(): number {
    return this.#all.size;
  }

  /** Iterates over all from behind a key, those that finished first first. */
  ascending(from?: Ranked): Iterable<StoredJob> {
    return this.#all.ascending(from);
  }

  /** Iterates over all from ahead of a key, those that finished last first. */
  descending(from?: Ranked): Iterable<StoredJob> {
    return this.#all.descending(from);
  }

  /** Adds a job that finished after all others, and removes those that are not to be kept. */
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
    // It is nearly always the first that has to go.
    if (this.#all.first() === job) this.#all.shift();
    else this.#all.delete(job);
    const ofName = this.#byName.get(job.name);
    if (ofName === undefined) return;
    if (ofName.first() === job) ofName.shift();
    else ofName.delete(job);
    if (ofName.size === 0) this.#byName.delete(job.name);
  }

  /** Removes those that have been kept as long as they asked for, those of each name from the oldest on. */
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
