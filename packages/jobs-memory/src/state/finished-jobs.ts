import type { Retention } from '@philjs/jobs-core/backend';
import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isBefore, type Ranked } from '../ordered-list/ranked.ts';
import type { StoredJob } from './stored-job.ts';

/** The number of jobs one finish removes at most: a lowered limit is reached a few finishes later. */
const MOST_REMOVED = 500;

/**
 * How many jobs beyond the retention a finish leaves to those after it. The index of a long queue is in no cache of the
 * processor: when the entries of many jobs are removed in a row, it fetches several at once.
 */
const MOST_SPARE = 20;

/** Keeps the jobs of one final state, by when they finished: all together, and by name. */
export class FinishedJobs {
  readonly #all = new OrderedList<StoredJob>();
  /** Those of each name; absent as long as only one name was ever seen, whose list is that of all. */
  #byName: Map<string, OrderedList<StoredJob>> | undefined;
  #firstName: string | undefined;
  /** Those that other jobs wait for: no retention applies to them. */
  readonly #held = new OrderedList<StoredJob>();
  readonly #onRemoved: (jobs: readonly StoredJob[], now: number) => void;
  /** The name looked up last, and its list: the next job most often has the same name. */
  #lastName: string | undefined;
  #lastList: OrderedList<StoredJob> | undefined;

  /** Calls back with the jobs that are removed. */
  constructor(onRemoved: (jobs: readonly StoredJob[], now: number) => void) {
    this.#onRemoved = onRemoved;
  }

  /** The number of jobs. */
  get size(): number {
    return this.#all.size + this.#held.size;
  }

  /** Iterates over all after a key, the earliest finished first. */
  ascending(from?: Ranked): Iterable<StoredJob> {
    if (this.#held.size === 0) return this.#all.ascending(from);
    return merged(this.#all.ascending(from), this.#held.ascending(from), isBefore);
  }

  /** Iterates over all before a key, the latest finished first. */
  descending(from?: Ranked): Iterable<StoredJob> {
    if (this.#held.size === 0) return this.#all.descending(from);
    return merged(this.#all.descending(from), this.#held.descending(from), (a, b) =>
      isBefore(b, a),
    );
  }

  /** Adds a job that finished after all others, and removes those beyond the retention, several at once. */
  add(job: StoredJob, keep: Retention, now: number): void {
    const ofName = this.#insert(job);
    const { count, total = Number.POSITIVE_INFINITY } = keep;
    const oldest = now - keep.ageMs;
    const isOver = ofName.size > count + spareOf(count) || this.#all.size > total + spareOf(total);
    if (!isOver && (ofName.first()?.finishedAt ?? now) >= oldest) return;
    const removed: StoredJob[] = [];
    for (let first = ofName.first(); first !== undefined; first = ofName.first()) {
      const isKept = ofName.size <= count && (first.finishedAt ?? now) >= oldest;
      if (isKept || removed.length === MOST_REMOVED) break;
      this.delete(first);
      removed.push(first);
    }
    while (this.#all.size > total && removed.length < MOST_REMOVED) {
      const first = this.#all.first() as StoredJob;
      this.delete(first);
      removed.push(first);
    }
    this.#onRemoved(removed, now);
  }

  /** Adds a job that others wait for. */
  keep(job: StoredJob): void {
    this.#held.insert(job);
  }

  /** Keeps a job that others wait for from now on. */
  hold(job: StoredJob): void {
    this.delete(job);
    this.#held.insert(job);
  }

  /** Applies the retention to a job that no other waits for any more. */
  letGo(job: StoredJob, keep: Retention, now: number): void {
    if (!this.#held.delete(job)) return;
    if (keep.count === 0) this.#onRemoved([job], now);
    else this.add(job, keep, now);
  }

  /** Takes a job out. */
  delete(job: StoredJob): void {
    if (this.#held.size > 0 && this.#held.delete(job)) return;
    // It is nearly always the first one.
    if (this.#all.first() === job) this.#all.shift();
    else this.#all.delete(job);
    const ofName = this.#byName && this.#listOf(job.name, this.#byName);
    if (ofName === undefined) return;
    if (ofName.first() === job) ofName.shift();
    else ofName.delete(job);
    if (ofName.size === 0) this.#forget(job.name);
  }

  /** Removes those whose retention time is over, oldest first for each name. */
  dropExpired(now: number, retentionOf: (job: StoredJob) => Retention): void {
    for (const ofName of this.#byName === undefined ? [this.#all] : [...this.#byName.values()]) {
      let job = ofName.first();
      while (job?.finishedAt !== undefined && job.finishedAt + retentionOf(job).ageMs < now) {
        this.#remove(job, now);
        job = ofName.first();
      }
    }
  }

  #insert(job: StoredJob): OrderedList<StoredJob> {
    this.#firstName ??= job.name;
    if (this.#byName === undefined && job.name !== this.#firstName) this.#byName = this.#split();
    this.#all.insert(job);
    if (this.#byName === undefined) return this.#all;
    const ofName = this.#listOf(job.name, this.#byName) ?? this.#makeListOf(job.name, this.#byName);
    ofName.insert(job);
    return ofName;
  }

  /** Makes the lists of each name, once there is a second one. */
  #split(): Map<string, OrderedList<StoredJob>> {
    const byName = new Map<string, OrderedList<StoredJob>>();
    for (const job of this.#all.ascending()) {
      (this.#listOf(job.name, byName) ?? this.#makeListOf(job.name, byName)).insert(job);
    }
    return byName;
  }

  #remove(job: StoredJob, now: number): void {
    this.delete(job);
    this.#onRemoved([job], now);
  }

  #listOf(
    name: string,
    byName: Map<string, OrderedList<StoredJob>>,
  ): OrderedList<StoredJob> | undefined {
    if (name === this.#lastName) return this.#lastList;
    this.#lastName = name;
    this.#lastList = byName.get(name);
    return this.#lastList;
  }

  #makeListOf(name: string, byName: Map<string, OrderedList<StoredJob>>): OrderedList<StoredJob> {
    const list = new OrderedList<StoredJob>();
    byName.set(name, list);
    this.#lastName = name;
    this.#lastList = list;
    return list;
  }

  #forget(name: string): void {
    this.#byName?.delete(name);
    this.#lastName = undefined;
    this.#lastList = undefined;
  }
}

/** Returns how many jobs a limit may be exceeded by: 2 %, as `Retention` allows. */
function spareOf(limit: number): number {
  return Math.min(MOST_SPARE, Math.floor(limit / 50));
}

/** Merges two sequences that are each in the order of `isFirst`. */
function* merged(
  some: Generator<StoredJob, void, undefined>,
  others: Generator<StoredJob, void, undefined>,
  isFirst: (a: StoredJob, b: StoredJob) => boolean,
): Generator<StoredJob, void, undefined> {
  let [one, other] = [some.next().value, others.next().value];
  while (one !== undefined || other !== undefined) {
    const isOne = one !== undefined && (other === undefined || isFirst(one, other));
    yield (isOne ? one : other) as StoredJob;
    if (isOne) one = some.next().value;
    else other = others.next().value;
  }
}
