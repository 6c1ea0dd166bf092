import { emptyPlaces } from './empty-places.ts';
import type { StoredJob } from './stored-job.ts';

/** The number of places, a power of two. */
const LENGTHS = { first: 256, most: 4096 } as const;

/**
 * Finds the jobs of ids that begin alike: a small hash table, at most three quarters full, in which a job that goes moves
 * no other. A job knows its place here: removing it reads no memory that may be in no cache.
 */
export class IdGroup {
  /** The hash of the common start of the ids. */
  readonly prefix: number;
  /** For each place the hash of the id that was put there, `0` for none, and its job, as long as it is there. */
  #entries = emptyPlaces(LENGTHS.first);
  #mask: number = LENGTHS.first - 1;
  #taken = 0;
  #size = 0;

  constructor(prefix: number) {
    this.prefix = prefix;
  }

  /** Whether no more jobs can be added. */
  get isFull(): boolean {
    return this.#taken * 4 >= LENGTHS.most * 3;
  }

  /** Whether so few of its jobs are left that it takes much memory for each. */
  get isSparse(): boolean {
    return this.#size * 8 <= this.#taken;
  }

  /** Finds the job of an id. */
  get(id: string, hash: number): StoredJob | undefined {
    const entries = this.#entries;
    const mask = this.#mask;
    let place = hash & mask;
    for (let there = entries[2 * place]; there !== 0; there = entries[2 * place]) {
      if (there === hash) {
        const job = entries[2 * place + 1] as StoredJob | undefined;
        if (job?.id === id) return job;
      }
      place = (place + 1) & mask;
    }
    return undefined;
  }

  /** Adds a job whose id is not there yet; it must not be full. */
  add(job: StoredJob, hash: number): void {
    if (this.#taken * 4 >= this.#mask * 3) this.#grow();
    job.home = this;
    this.#put(job, hash);
  }

  /** Removes a job that is there. */
  delete(job: StoredJob): void {
    this.#entries[2 * job.place + 1] = undefined;
    this.#size -= 1;
    job.home = undefined;
  }

  /** Moves all jobs to a table, with the hashes of their ids. */
  moveTo(table: { add(job: StoredJob, hash: number): void }): void {
    const entries = this.#entries;
    for (let at = 0; at < entries.length; at += 2) {
      const job = entries[at + 1] as StoredJob | undefined;
      if (job === undefined) continue;
      this.delete(job);
      table.add(job, entries[at] as number);
    }
  }

  #put(job: StoredJob, hash: number): void {
    const entries = this.#entries;
    const mask = this.#mask;
    let place = hash & mask;
    while (entries[2 * place] !== 0) place = (place + 1) & mask;
    entries[2 * place] = hash;
    entries[2 * place + 1] = job;
    job.place = place;
    this.#taken += 1;
    this.#size += 1;
  }

  /** Doubles the places, unless half of them are free once those of removed jobs are. */
  #grow(): void {
    const entries = this.#entries;
    const length = this.#mask + 1;
    const next = this.#size * 2 > length ? length * 2 : length;
    this.#entries = emptyPlaces(next);
    this.#mask = next - 1;
    this.#taken = 0;
    this.#size = 0;
    for (let at = 0; at < entries.length; at += 2) {
      const job = entries[at + 1] as StoredJob | undefined;
      if (job !== undefined) this.#put(job, entries[at] as number);
    }
  }
}
