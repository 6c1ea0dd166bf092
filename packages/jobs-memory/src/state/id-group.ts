import type { StoredJob } from './stored-job.ts';

/** The number of places, a power of two. */
const LENGTHS = { first: 256, most: 4096 } as const;
/** The bits of a place that hold the number of a job, less than the most places; the others are those of its hash. */
const NUMBER = LENGTHS.most - 1;
const NUMBER_BITS = 12;

/**
 * Finds the jobs of ids that begin alike: a small hash table, at most three quarters full, in which a job that goes moves
 * no other. A job knows its place here: removing it reads no memory that may be in no cache.
 */
export class IdGroup {
  /** The hash of the common start of the ids. */
  readonly prefix: number;
  /**
   * The jobs as they were added, as long as they are there. Those side by side here are so in memory, where a garbage
   * collection that goes through them finds the next one in a cache of the processor.
   */
  #jobs: (StoredJob | undefined)[] = [];
  /** For each place the number of a job among these, counted from 1, and bits of the hash of its id; `0` for none. */
  #places = new Int32Array(LENGTHS.first);
  #size = 0;

  constructor(prefix: number) {
    this.prefix = prefix;
  }

  /** Whether no more jobs can be added. */
  get isFull(): boolean {
    return this.#jobs.length * 4 >= LENGTHS.most * 3;
  }

  /** Whether so few of its jobs are left that it takes much memory for each. */
  get isSparse(): boolean {
    return this.#size * 8 <= this.#jobs.length;
  }

  /** Finds the job of an id. */
  get(id: string, hash: number): StoredJob | undefined {
    const places = this.#places;
    const mask = places.length - 1;
    const bits = hash & ~NUMBER;
    let place = (hash >>> NUMBER_BITS) & mask;
    for (let there = places[place] as number; there !== 0; there = places[place] as number) {
      if ((there & ~NUMBER) === bits) {
        const job = this.#jobs[(there & NUMBER) - 1];
        if (job?.id === id) return job;
      }
      place = (place + 1) & mask;
    }
    return undefined;
  }

  /** Adds a job whose id is not there yet; it must not be full. */
  add(job: StoredJob, hash: number): void {
    if (this.#jobs.length * 4 >= (this.#places.length - 1) * 3) this.#grow();
    job.home = this;
    this.#put(job, hash & ~NUMBER);
  }

  /** Removes a job that is there. */
  delete(job: StoredJob): void {
    this.#jobs[job.place] = undefined;
    this.#size -= 1;
    job.home = undefined;
  }

  /** Takes all jobs out. */
  takeAll(): StoredJob[] {
    const jobs = this.#jobs.filter((job) => job !== undefined);
    for (const job of jobs) this.delete(job);
    return jobs;
  }

  #put(job: StoredJob, bits: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let place = (bits >>> NUMBER_BITS) & mask;
    while (places[place] !== 0) place = (place + 1) & mask;
    job.place = this.#jobs.length;
    this.#jobs.push(job);
    places[place] = bits | this.#jobs.length;
    this.#size += 1;
  }

  /** Doubles the places, unless half of them are free once those of removed jobs are. */
  #grow(): void {
    const jobs = this.#jobs;
    const bits = new Int32Array(jobs.length);
    for (const there of this.#places) if (there !== 0) bits[(there & NUMBER) - 1] = there & ~NUMBER;
    const { length } = this.#places;
    this.#places = new Int32Array(this.#size * 2 > length ? length * 2 : length);
    this.#jobs = [];
    this.#size = 0;
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index];
      if (job !== undefined) this.#put(job, bits[index] as number);
    }
  }
}
