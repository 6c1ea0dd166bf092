import { hashOf } from './hash-of.ts';
import { IdGroup } from './id-group.ts';
import { IdTable } from './id-table.ts';
import type { StoredJob } from './stored-job.ts';

/** The characters in which ids of one group are alike: in those that core makes, the time. */
const PREFIX = 12;
/** The number of jobs whose table lies in a cache of the processor. */
const FEW = 8192;

/**
 * Finds jobs by id: in one hash table, as long as it is small. In a large one each job is somewhere else, in no cache of
 * the processor. Further jobs whose id begins like that of the job before are therefore kept in groups: what was enqueued
 * one after the other, and most often leaves one after the other, lies side by side in memory.
 */
export class JobIndex {
  /** Varies in every process which ids collide, so that no user can construct ids that do. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32);
  readonly #others = new IdTable();
  /** The group of each start of ids, by its hash. */
  readonly #groups = new Map<number, IdGroup>();
  /** The hash of the start of the id added last, and its group. */
  #prefix = 0;
  #group: IdGroup | undefined;
  #size = 0;
  /** The last id hashed: an id that is not found is often added next. */
  #lastId = '';
  #lastHash: number;
  #lastStarting = '';
  #lastPrefix = 0;

  constructor() {
    this.#lastHash = hashOf('', this.#seed);
  }

  /** How many jobs there are. */
  get size(): number {
    return this.#size;
  }

  /** Finds the job of an id, whose hash may be known. */
  get(id: string, hash: number = this.hash(id)): StoredJob | undefined {
    if (this.#groups.size > 0) {
      const prefix = this.#prefixOf(id);
      const group = prefix === this.#prefix ? this.#group : this.#groups.get(prefix);
      const job = group?.get(id, hash);
      if (job !== undefined) return job;
    }
    return this.#others.get(id, hash);
  }

  /** Adds a job whose id is not there yet; its hash may be known. */
  add(job: StoredJob, hash: number = this.hash(job.id)): void {
    this.#size += 1;
    const group = this.#size > FEW ? this.#groupFor(this.#prefixOf(job.id)) : undefined;
    if (group === undefined) this.#others.add(job, hash);
    else group.add(job, hash);
  }

  /** Removes a job, if it is there. */
  delete(job: StoredJob): void {
    if (job.home !== undefined) this.#deleteFrom(job.home, job);
    else if (this.#others.delete(job)) this.#size -= 1;
  }

  /** Removes jobs, several at once from memory that is in no cache. */
  deleteAll(jobs: readonly StoredJob[]): void {
    let others: StoredJob[] | undefined;
    for (let index = 0; index < jobs.length; index++) {
      const job = jobs[index] as StoredJob;
      if (job.home !== undefined) this.#deleteFrom(job.home, job);
      else {
        others ??= [];
        others.push(job);
      }
    }
    if (others !== undefined) this.#size -= this.#others.deleteAll(others);
  }

  /** Returns the hash of an id. */
  hash(id: string): number {
    if (id !== this.#lastId) {
      this.#lastId = id;
      this.#lastHash = hashOf(id, this.#seed);
    }
    return this.#lastHash;
  }

  /** Returns the hash of the start of an id; `0` for a short one. */
  #prefixOf(id: string): number {
    if (id !== this.#lastStarting) {
      this.#lastStarting = id;
      this.#lastPrefix = id.length > PREFIX ? hashOf(id, this.#seed, PREFIX) : 0;
    }
    return this.#lastPrefix;
  }

  /** Returns the group for a new id, if it is to be in one. */
  #groupFor(prefix: number): IdGroup | undefined {
    if (prefix !== this.#prefix) {
      const before = this.#group;
      this.#prefix = prefix;
      this.#group = this.#groups.get(prefix);
      if (before?.isSparse) this.#dissolve(before);
      // A start that does not come again, as of random ids, makes no group.
      return undefined;
    }
    this.#group ??= this.#begin(prefix);
    return this.#group?.isFull ? undefined : this.#group;
  }

  #begin(prefix: number): IdGroup | undefined {
    if (prefix === 0) return undefined;
    const group = new IdGroup(prefix);
    this.#groups.set(prefix, group);
    return group;
  }

  #deleteFrom(group: IdGroup, job: StoredJob): void {
    group.delete(job);
    this.#size -= 1;
    // The group that new jobs go to may yet fill.
    const isFilling = group === this.#group && this.#size > FEW && !group.isFull;
    if (group.isSparse && !isFilling) this.#dissolve(group);
  }

  /** Moves the few jobs that are left of a group to the others. */
  #dissolve(group: IdGroup): void {
    for (const job of group.takeAll()) this.#others.add(job, this.hash(job.id));
    this.#groups.delete(group.prefix);
    if (group === this.#group) this.#group = undefined;
  }
}
