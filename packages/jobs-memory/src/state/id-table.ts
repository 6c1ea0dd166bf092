import { emptyPlaces } from './empty-places.ts';
import type { StoredJob } from './stored-job.ts';

const SMALLEST_LENGTH = 16;

/**
 * Finds jobs by the hash of their id, which it keeps in `place` of each: a hash table with open addressing, at most half
 * full. Jobs come and go all the time here, and JavaScript's `Map` is not made for that: it copies itself again and again
 * to drop deleted entries, and a look-up reads the text of other keys. Compared with it, running a job costs a sixth less.
 */
export class IdTable {
  /**
   * Two entries for each place: the hash of the job there, `0` where there is none, and the job. Side by side, they are
   * most often in one line of the processor's cache. A job's first place is `hash & mask`.
   */
  #entries = emptyPlaces(SMALLEST_LENGTH);
  #mask = SMALLEST_LENGTH - 1;
  #size = 0;

  /** How many jobs there are. */
  get size(): number {
    return this.#size;
  }

  /** Finds the job of an id. */
  get(id: string, hash: number): StoredJob | undefined {
    return this.#entries[2 * this.#placeOf(id, hash) + 1] as StoredJob | undefined;
  }

  /** Adds a job whose id is not there yet. */
  add(job: StoredJob, hash: number): void {
    this.#size += 1;
    if (this.#size * 2 > this.#mask + 1) this.#resize((this.#mask + 1) * 2);
    job.place = hash;
    this.#put(hash, job);
  }

  /** Removes a job; returns whether it was there. */
  delete(job: StoredJob): boolean {
    return this.#deleteAt(this.#placeOfJob(job), job);
  }

  /**
   * Removes jobs; returns how many were there. Finds the places of all of them first: where there are many jobs, the
   * places are in no cache, and the processor fetches them at once in a loop that does nothing else.
   */
  deleteAll(jobs: readonly StoredJob[]): number {
    const before = this.#size;
    const places: number[] = [];
    for (let index = 0; index < jobs.length; index++) {
      places.push(this.#placeOfJob(jobs[index] as StoredJob));
    }
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index] as StoredJob;
      const place = places[index] as number;
      // The removal of another may have moved it.
      const isThere = this.#entries[2 * place + 1] === job;
      this.#deleteAt(isThere ? place : this.#placeOfJob(job), job);
    }
    return before - this.#size;
  }

  #deleteAt(place: number, job: StoredJob): boolean {
    if (this.#entries[2 * place + 1] !== job) return false;
    this.#size -= 1;
    this.#vacate(place);
    const length = this.#mask + 1;
    if (this.#size * 8 < length && length > SMALLEST_LENGTH) this.#resize(length / 2);
    return true;
  }

  /** Finds the place of an id, or the empty place that shows its absence. */
  #placeOf(id: string, hash: number): number {
    const entries = this.#entries;
    const mask = this.#mask;
    let place = hash & mask;
    for (let there = entries[2 * place]; there !== 0; there = entries[2 * place]) {
      if (there === hash && (entries[2 * place + 1] as StoredJob).id === id) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  /** Finds the place of a job, or the empty place that shows its absence, without reading any id. */
  #placeOfJob(job: StoredJob): number {
    const entries = this.#entries;
    const mask = this.#mask;
    let place = job.place & mask;
    while (entries[2 * place] !== 0 && entries[2 * place + 1] !== job) place = (place + 1) & mask;
    return place;
  }

  #put(hash: number, job: StoredJob): void {
    const entries = this.#entries;
    const mask = this.#mask;
    let place = hash & mask;
    while (entries[2 * place] !== 0) place = (place + 1) & mask;
    entries[2 * place] = hash;
    entries[2 * place + 1] = job;
  }

  /** Empties a place, and moves up the jobs behind it that would not be found across the gap. */
  #vacate(place: number): void {
    const entries = this.#entries;
    const mask = this.#mask;
    let gap = place;
    for (let next = (gap + 1) & mask; entries[2 * next] !== 0; next = (next + 1) & mask) {
      const hash = entries[2 * next] as number;
      const distance = (next - (hash & mask)) & mask;
      if (distance < ((next - gap) & mask)) continue;
      entries[2 * gap] = hash;
      entries[2 * gap + 1] = entries[2 * next + 1];
      gap = next;
    }
    entries[2 * gap] = 0;
    entries[2 * gap + 1] = undefined;
  }

  #resize(length: number): void {
    const entries = this.#entries;
    this.#entries = emptyPlaces(length);
    this.#mask = length - 1;
    for (let at = 0; at < entries.length; at += 2) {
      const hash = entries[at] as number;
      if (hash !== 0) this.#put(hash, entries[at + 1] as StoredJob);
    }
  }
}
