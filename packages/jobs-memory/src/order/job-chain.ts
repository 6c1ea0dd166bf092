import { OrderedList } from '../ordered-list/ordered-list.ts';
import { isBefore, type Ranked } from '../ordered-list/ranked.ts';
import { type RareFields, rareOf, type StoredJob } from '../state/stored-job.ts';

/** How many jobs are passed at most, or little more, to find one. */
const SPACING = 64;

/**
 * Keeps the waiting jobs of one key in the order of their arrival: each knows the next one. Adding the last job, or taking the
 * first, reads only this object and that job. A list of arrays would read several objects more, which are in no cache where
 * keys are many, and a garbage collection would look at each place in an old array that refers to a new job. Marks, one every
 * {@link SPACING} jobs, are where a search for another job starts.
 */
export class JobChain {
  /** The first job. */
  first: StoredJob | undefined = undefined;
  /** The number of jobs. */
  size = 0;
  /** The first of the marks, if there is one. */
  #mark: StoredJob | undefined = undefined;
  /** The fields of the last job, if there is one: the next job is noted there. */
  #end: RareFields | undefined = undefined;
  /** No job has a larger `seq`. */
  #lastSeq = 0;
  /** How many jobs were added behind the last mark. */
  #unmarked = 0;
  #marks: OrderedList<StoredJob> | undefined = undefined;

  /** Adds a job. */
  insert(job: StoredJob): void {
    const rare = rareOf(job);
    if (this.first === undefined || job.seq > this.#lastSeq) this.#append(job, rare);
    else if (job.seq < this.first.seq) {
      rare.next = this.first;
      this.first = job;
    } else {
      const before = rareOf(this.#before(job, this.first));
      rare.next = before.next;
      before.next = job;
      if (this.#end === before) this.#end = rare;
    }
    this.size += 1;
  }

  /** Takes the first job out. There must be one. */
  shift(): StoredJob {
    const job = this.first as StoredJob;
    const rare = rareOf(job);
    this.first = rare.next;
    rare.next = undefined;
    this.size -= 1;
    if (this.#mark === job) this.#unmark();
    if (this.size === 0) {
      this.#end = undefined;
      this.#unmarked = 0;
    }
    return job;
  }

  /** Removes a job that is there. */
  delete(job: StoredJob): void {
    if (this.first === undefined || this.first === job) {
      this.shift();
      return;
    }
    const rare = rareOf(job);
    const before = rareOf(this.#before(job, this.first));
    this.#moveMark(job, rare.next);
    before.next = rare.next;
    rare.next = undefined;
    if (this.#end === rare) this.#end = before;
    this.size -= 1;
  }

  /** Iterates over the jobs behind a key, or over all. They must not change meanwhile. */
  *ascending(after?: Ranked): Generator<StoredJob, void, undefined> {
    let job = after === undefined ? this.first : this.#markAhead(after);
    for (; job !== undefined; job = job.rare?.next) {
      if (after === undefined || isBefore(after, job)) yield job;
    }
  }

  /** Iterates over the jobs ahead of a key, or over all, in the opposite direction. They must not change meanwhile. */
  *descending(before?: Ranked): Generator<StoredJob, void, undefined> {
    let end = before;
    for (;;) {
      const start = this.#markAhead(end);
      const run: StoredJob[] = [];
      for (let job = start; job !== undefined; job = job.rare?.next) {
        if (end !== undefined && !isBefore(job, end)) break;
        run.push(job);
      }
      yield* run.reverse();
      if (start === this.first) return;
      end = start;
    }
  }

  /** Adds a job behind all others, of which none is read. */
  #append(job: StoredJob, rare: RareFields): void {
    if (this.#end === undefined) this.first = job;
    else this.#end.next = job;
    this.#end = rare;
    this.#lastSeq = job.seq;
    this.#unmarked += 1;
    if (this.#unmarked < SPACING) return;
    this.#unmarked = 0;
    this.#addMark(job);
  }

  /** Finds the job ahead of another one that is not the first. */
  #before(job: Ranked, first: StoredJob): StoredJob {
    let before = this.#markAhead(job) ?? first;
    let passed = 0;
    for (;;) {
      const { next } = rareOf(before);
      if (next === undefined || !isBefore(next, job)) return before;
      before = next;
      passed += 1;
      // Jobs were added between two marks.
      if (passed % SPACING === 0) this.#addMark(before);
    }
  }

  /** Finds the last mark ahead of a key, or of all jobs; the first job, if there is none. */
  #markAhead(key: Ranked | undefined): StoredJob | undefined {
    return this.#marks?.descending(key).next().value ?? this.first;
  }

  #addMark(job: StoredJob): void {
    this.#marks ??= new OrderedList();
    this.#marks.insert(job);
    this.#mark = this.#marks.first();
  }

  /** Drops the first mark. */
  #unmark(): void {
    this.#marks?.shift();
    this.#mark = this.#marks?.first();
  }

  /** If a job that leaves is a mark, makes the next one a mark: so no part without any becomes longer. */
  #moveMark(job: StoredJob, next: StoredJob | undefined): void {
    const marks = this.#marks;
    if (marks?.delete(job) !== true) return;
    if (next !== undefined && marks.ascending(job).next().value !== next) marks.insert(next);
    this.#mark = marks.first();
  }
}
